"""The Celery application, its schedule and its tasks: each a few lines that call a service."""
