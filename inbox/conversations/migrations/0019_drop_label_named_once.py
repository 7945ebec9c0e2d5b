from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0018_label_named_once_standing'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='label',
            name='label_named_once',
        ),
    ]
