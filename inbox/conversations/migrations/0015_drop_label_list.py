from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('conversations', '0014_index_by_priority'),
    ]

    operations = [
        RemoveIndexConcurrently(
            model_name='conversationlabel',
            name='label_list',
        ),
    ]
