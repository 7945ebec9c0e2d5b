from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0019_drop_label_named_once'),
    ]

    operations = [
        migrations.AlterField(
            model_name='conversation',
            name='doubt',
            field=models.CharField(blank=True, choices=[('', 'None'), ('trap', 'Filled in a field people cannot see'), ('haste', 'Was sent faster than a person types'), ('unproven', 'Came without the proof that a browser with scripts gives')], default='', max_length=12),
        ),
    ]
