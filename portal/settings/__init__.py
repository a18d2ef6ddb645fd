"""Settings: main.py is the flat list, tasks.py Celery's policy, env.py the typed readers, test.py for tests."""
