from django.db import migrations, models

from tenants.schema.safe_operations import AddUniqueConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('conversations', '0009_index_snoozed'),
    ]

    operations = [
        AddUniqueConcurrently(
            model_name='message',
            constraint=models.UniqueConstraint(models.F('client_key'), name='message_client_key_once'),
        ),
    ]
