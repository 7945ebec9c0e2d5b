from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("tenants", "0009_domain_letters"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="domain",
            index=models.Index("letters", name="domain_by_letters"),
        ),
    ]
