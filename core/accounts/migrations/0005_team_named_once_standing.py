import django.db.models.functions.text
from django.db import migrations, models

from tenants.schema.safe_operations import AddUniqueConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0004_team_deleted_at'),
    ]

    operations = [
        AddUniqueConcurrently(
            model_name='team',
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower('name'), condition=models.Q(('deleted_at', None)),
                name='team_named_once_standing',
            ),
        ),
    ]
