"""The whole portal under one supervisor, for a laptop or one small server: `python -m portal.stack`.

Production starts the same processes by compose.yaml or a cluster; nothing here is imported by the apps.
"""
