"""What `manage.py doctor` asks. Each app adds its own questions in `AppConfig.ready`."""
