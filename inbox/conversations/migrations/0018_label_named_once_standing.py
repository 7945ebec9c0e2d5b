import django.db.models.functions.text
from django.db import migrations, models

from tenants.schema.safe_operations import AddUniqueConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('conversations', '0017_label_deleted_at'),
    ]

    operations = [
        AddUniqueConcurrently(
            model_name='label',
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower('name'), condition=models.Q(('deleted_at', None)),
                name='label_named_once_standing',
            ),
        ),
    ]
