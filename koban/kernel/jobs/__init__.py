"""Jobs: what happens later, and what happens by the clock. Leased, tried again, done once.

Lower floors never import this package: they declare work with `django_tasks.task` and `koban.lib.periodic.periodic`
in a module that their `tasks.py` names.

    @task(unique=True)                       # the same arguments are the same job
    def answer(notice_id: str) -> None: ...  # runs in one transaction with "done"

    @task(lease_s=900, most_attempts=3)
    def send(notice_id: str) -> Iterator[None]:
        …                                    # slow and outside: no transaction is open
        yield
        …                                    # in one transaction with "done"

A job runs in the scope of the station that was open when it was enqueued. It may run again after a crash: what it
does outside the transaction must bear that.
"""
