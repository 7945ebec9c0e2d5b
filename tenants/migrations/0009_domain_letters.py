from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tenants", "0008_exports_and_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="domain",
            name="letters",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
    ]
