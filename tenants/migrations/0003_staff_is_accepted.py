from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0002_one_platform_primary'),
    ]

    operations = [
        migrations.AddField(
            model_name='staff',
            name='invited_name',
            field=models.CharField(blank=True, db_default='', max_length=120),
        ),
        # Whoever is on the staff already has been working there; whoever comes later has to accept.
        migrations.AddField(
            model_name='staff',
            name='accepted_at',
            field=models.DateTimeField(default=timezone.now, null=True),
            preserve_default=False,
        ),
    ]
