"""Files: hashed when they arrive, kept sealed under their hash, shown only as something drawn anew or as a download.

`from koban.kernel.files import intake` to take files in, `serving` to hand them out, `proof` to check them.
"""
