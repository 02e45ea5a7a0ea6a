"""Notices: messages out. Written in the transaction of what they tell about, delivered by a job, at least once.

    with transaction.atomic():
        …
        outbox.send("incidents.received", to=…, channel="sms", language="zh-hans", context={…}, by=by, at=at)

The wording is one file per language: `templates/notices/<key>.<language>.txt`, the subject on its first line, then an
empty line, then the text. A message that goes out twice after a crash carries the same id, so that its receiver's
system can drop the second.
"""
