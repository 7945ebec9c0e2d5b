from django.db import migrations, models

from tenants.schema.operations import InBackground

STATES = [
    ('open', 'Open'), ('pending', 'Pending'), ('snoozed', 'Snoozed'), ('resolved', 'Resolved'), ('deleted', 'Deleted'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0011_channels_by_registry'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversationlabel',
            name='state',
            field=models.CharField(choices=STATES, max_length=12, null=True),
        ),
        migrations.AlterField(
            model_name='conversation',
            name='state',
            field=models.CharField(choices=STATES, default='open', max_length=12),
        ),
        InBackground('inbox.fill_mark_states'),
    ]
