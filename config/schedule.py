"""What the clock asks for by itself: tasks, and every how many seconds or at what hour of Paris.

Each task looks at what is due in the database: asked for once too often, it does nothing.
"""

from celery.schedules import crontab

SCHEDULE = {
    # The database is the truth, the broker a hint: what was lost on the way is sent again.
    "sweep-jobs": {"task": "core.tasks.sweep", "schedule": 20.0},
    "sweep-anchors": {"task": "attendance.tasks.sweep_anchors", "schedule": 20.0},
    "follow-attendance": {"task": "attendance.tasks.follow_attendance", "schedule": 300.0},
    "publish-scheduled-pages": {"task": "cms.tasks.publish_scheduled", "schedule": 60.0},
    "erase-expired-exports": {"task": "core.tasks.erase_expired_exports", "schedule": 3600.0},
    "erase-expired-packs": {"task": "quality.tasks.erase_expired_packs", "schedule": 3600.0},
    "erase-expired-batches": {
        "task": "certificates.tasks.erase_expired_batches",
        "schedule": 3600.0,
    },
    # Once a day: the first tick after midnight publishes, the others find nothing to do.
    "publish-root": {
        "task": "certificates.tasks.publish_root",
        "schedule": crontab(minute="*/5"),
    },
    "check-integrity": {
        "task": "certificates.tasks.request_weekly_check",
        "schedule": crontab(hour="2-5", minute=20),
    },
    "remind-trainers": {"task": "attendance.tasks.remind_trainers", "schedule": 600.0},
    "erase-attendance-details": {
        "task": "attendance.tasks.erase_attendance_details",
        "schedule": crontab(hour=3, minute=40),
    },
    "forget-old-attempts": {"task": "accounts.tasks.forget_old_attempts", "schedule": 3600.0},
    "back-up": {"task": "operations.tasks.back_up", "schedule": 1800.0},
    "try-backup": {"task": "operations.tasks.try_backup", "schedule": 3600.0},
    "erase-unconfirmed-requests": {
        "task": "training.tasks.erase_unconfirmed_requests",
        "schedule": 3600.0,
    },
    "purge-import-files": {
        "task": "exchange.tasks.purge_import_files",
        "schedule": crontab(hour=3, minute=10),
    },
}
