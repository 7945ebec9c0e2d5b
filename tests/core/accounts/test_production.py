"""What differs in production: cookies that no sibling host can set or read, on https only."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PRODUCTION = {
    "MARQUE_ENV": "production",
    "SECRET_KEY": "k" * 50,
    "BASE_HOST": "example.com",
    "DATABASE_URL": "postgresql://marque_web@/marque",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SMTP_URL": "smtp://127.0.0.1:1",
}
SHOW = """
import json
from django.conf import settings as s
names = ("SESSION_COOKIE", "CSRF_COOKIE")
print(json.dumps([[getattr(s, f"{n}_{k}") for k in ("NAME", "SECURE", "DOMAIN", "PATH")] for n in names]))
print(json.dumps([s.PASSWORD_HASHERS[0], s.ALLAUTH_TRUSTED_PROXY_COUNT]))
"""


def test_cookies_and_passwords() -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "deploy.settings", **PRODUCTION}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    cookies, (hasher, proxies) = map(json.loads, done.stdout.splitlines())
    assert cookies == [["__Host-marque", True, None, "/"], ["__Host-csrf", True, None, "/"]]
    assert (hasher, proxies) == ("django.contrib.auth.hashers.PBKDF2PasswordHasher", 0)
