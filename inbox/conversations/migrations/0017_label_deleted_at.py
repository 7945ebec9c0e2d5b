from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0016_mention_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='label',
            name='deleted_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
