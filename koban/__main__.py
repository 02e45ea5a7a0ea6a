"""`python -m koban` is the `koban` command."""

from koban.cli import main

main()
