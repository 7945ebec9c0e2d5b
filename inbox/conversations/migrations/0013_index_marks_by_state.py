from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('conversations', '0012_marks_state'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='conversationlabel',
            index=models.Index(fields=['label', 'state', 'last_message_at', 'conversation'], name='label_by_state'),
        ),
    ]
