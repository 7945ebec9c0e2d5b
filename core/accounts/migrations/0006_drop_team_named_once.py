from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_team_named_once_standing'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='team',
            name='team_named_once',
        ),
    ]
