"""Find records of one person in one register or two: unlabelled training, reasons in words, a probability for each pair."""

from koban.lib.linkage.clusters import cluster
from koban.lib.linkage.index import Index, shipped
from koban.lib.linkage.linking import THRESHOLD, link
from koban.lib.linkage.model import Model
from koban.lib.linkage.records import FIELDS, Pair, Record

__all__ = ["FIELDS", "THRESHOLD", "Index", "Model", "Pair", "Record", "cluster", "link", "shipped"]
