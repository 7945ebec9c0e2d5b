from django.db import migrations, models


class Migration(migrations.Migration):
    """No code reads or writes `kind` any more. The column stays, now with a default of the database's own, so that
    the release before this one goes on working while the fleet migrates; a later migration drops it."""

    dependencies = [
        ('conversations', '0004_undelivered'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('text', 'Text')], db_default='text', default='text', max_length=12),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='message', name='kind')],
        ),
    ]
