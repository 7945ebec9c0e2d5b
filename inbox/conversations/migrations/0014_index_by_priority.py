from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('conversations', '0013_index_marks_by_state'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='conversation',
            index=models.Index(condition=models.Q(('priority__gt', 0)), fields=['priority', 'state', 'last_message_at', 'id'], name='conversation_by_priority'),
        ),
    ]
