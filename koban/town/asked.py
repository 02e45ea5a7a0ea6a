"""Forms of the town: three of them, in two languages, and what the auxiliaries sent by them."""

from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from koban.kernel.ledger import Actor
from koban.matters.forms import actions, publishing, receiving, xlsforms
from koban.matters.forms.models import Form
from koban.registers.premises.models import Address, Asset
from koban.town.cast import Cast
from koban.town.chance import stream

SENT = 14
EN, ZH = "label::English (en)", "label::简体中文 (zh)"


def asks(type: str, name: str, en: str = "", zh: str = "", **more: str) -> dict[str, str]:
    """One row of a survey."""
    return {"type": type, "name": name, EN: en, ZH: zh} | {
        key.replace("__", "::"): value for key, value in more.items()
    }


def picks(list_name: str, *told: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"list_name": list_name, "name": name, EN: en, ZH: zh} for name, en, zh in told]


def settings(form_id: str, en: str, zh: str) -> list[dict[str, str]]:
    told = {"form_id": form_id, "form_title": en, "form_title::简体中文 (zh)": zh, "version": "1"}
    return [told | {"default_language": "简体中文 (zh)"}]


TIMES = [asks("start", "start"), asks("end", "end")]
YES_NO = picks("yes_no", ("yes", "Yes", "是"), ("no", "No", "否"))
STAIRS: dict[str, Any] = {
    "survey": [
        *TIMES,
        asks("geopoint", "where", "Where you stand", "所在位置"),
        asks("text", "door", "Which door", "门牌号", required="yes"),
        asks("select_one lights", "lights", "Light in the stairwell", "楼道照明", required="yes"),
        asks("select_one yes_no", "blocked", "Is the way out blocked?", "疏散通道是否被堵?", required="yes"),
        asks("text", "what", "What blocks it, and on which floor?", "被什么堵住,在几层?", relevant="${blocked} = 'yes'"),
        asks("image", "photo", "Photo", "照片", relevant="${blocked} = 'yes'"),
        asks("begin_repeat", "floor", "Floor", "楼层"),
        asks("integer", "level", "Level", "层数", constraint=". > -4 and . < 60"),
        asks("select_multiple found", "found", "What you see", "看到的情况"),
        asks("end_repeat", ""),
        asks("image", "signature", "Signature of who was there", "在场人员签名", appearance="signature"),
    ],
    "choices": [
        *picks("lights", ("all", "All work", "全部正常"), ("some", "Some are out", "部分不亮"),
               ("none", "All are out", "全部不亮")),
        *YES_NO,
        *picks("found", ("bike", "Electric bicycle", "电动自行车"), ("paper", "Paper and boxes", "纸箱杂物"),
               ("door", "Fire door wedged open", "防火门被顶开"), ("fine", "Nothing", "无异常")),
    ],
    "settings": settings("stairwell", "Stairwell", "楼道检查"),
}  # fmt: skip
LAMP: dict[str, Any] = {
    "survey": [
        *TIMES,
        asks("select_one_from_file assets.csv", "lamp", "Which one", "哪一个设施", required="yes", appearance="autocomplete"),
        asks("select_one states", "state", "Its state", "状态", required="yes", save_to="state"),
        asks("text", "note", "What is wrong", "问题说明", relevant="${state} != 'working'"),
    ],
    "choices": picks("states", ("working", "Working", "正常"), ("faulty", "Faulty", "故障"),
                     ("out_of_use", "Out of use", "停用")),
    "entities": [{"list_name": "assets", "entity_id": "${lamp}", "update_if": "true()"}],
    "settings": settings("safety_asset", "Safety asset", "安全设施检查"),
}  # fmt: skip
TALK: dict[str, Any] = {
    "survey": [
        *TIMES,
        asks("select_one topic", "topic", "What it was about", "主题", required="yes"),
        asks("integer", "people", "How many came", "到场人数", constraint=". >= 0 and . < 5000"),
        asks(
            "range",
            "useful",
            "How useful was it (1 to 5)",
            "有用程度(1 至 5)",
            parameters="start=1 end=5 step=1",
        ),
        asks("text", "words", "What people said", "居民反映", appearance="multiline"),
    ],
    "choices": picks(
        "topic", ("fraud", "Fraud", "防诈骗"), ("fire", "Fire", "消防"), ("traffic", "Traffic", "交通")
    ),
    "settings": settings("street_talk", "Talk in the street", "街头宣传"),
}


class Asked:
    """Adds the forms of the town, and plays a few submissions, in the open scope of the cast's station."""

    def __init__(self, cast: Cast, seed: int, now: datetime) -> None:
        self.now, self.chance = now, stream(seed, "forms", cast.station.code)
        self.officer: Actor = cast.officer.actor
        self.team: list[Actor] = [member.actor for member in cast.members]

    def play(self) -> int:
        """How many submissions there are now."""
        first = self.now - timedelta(days=60)
        stairs, lamp, talk = (self._out(told, first) for told in (STAIRS, LAMP, TALK))
        doors = list(Address.objects.doors().order_by("id").values_list("label", "lon", "lat")[:200])
        assets = list(Asset.objects.order_by("id").values_list("pk", flat=True)[:50])
        count = 0
        for n in range(SENT):
            at = first + timedelta(days=4 * n, hours=self.chance.randrange(1, 9))
            kind = (stairs, stairs, lamp, talk)[n % 4]
            told = {stairs: self._stairs(doors), lamp: self._lamp(assets), talk: self._talk()}[kind]
            count += self._sent(kind, told, n, at)
        return count

    def _out(self, told: Any, at: datetime) -> Form:
        form = publishing.add(xlsforms.build(told), by=self.officer, at=at)
        return publishing.publish(form, by=self.officer, at=at)

    def _sent(self, form: Form, told: str, n: int, at: datetime) -> int:
        uuid = "".join(f"{self.chance.randrange(16):x}" for _digit in range(32))
        times = f"<start>{(at - timedelta(minutes=6)).isoformat()}</start><end>{at.isoformat()}</end>"
        about = told.partition("<lamp>")[2].partition("</lamp>")[0]
        # One of them saw an older version of the register, so that two stand side by side.
        entity = (
            f'<entity dataset="assets" id="{about}" update="1" baseVersion="{int(n > 4)}"/>' if about else ""
        )
        meta = f"<meta><instanceID>uuid:{uuid}</instanceID>{entity}</meta>"
        xml = f'<data id="{form.form_id}" version="{form.version}">{times}{told}{meta}</data>'
        actions.receive(receiving.read(xml.encode()), by=self.team[n % len(self.team)], at=at)
        return 1

    def _stairs(self, doors: list[tuple[str, float, float]]) -> str:
        (label, lon, lat), lights = self.chance.choice(doors), self.chance.choice(["all", "some"])
        blocked, found = (
            self.chance.random() < 0.3,
            self.chance.choice(["bike", "paper", "fine", "bike door"]),
        )
        what = "<what>2 层有电动自行车</what>" if blocked else ""
        return (
            f"<where>{lat:.6f} {lon:.6f} 0 8</where><door>{escape(label)}</door><lights>{lights}</lights>"
            f"<blocked>{'yes' if blocked else 'no'}</blocked>{what}"
            f"<floor><level>1</level><found>fine</found></floor><floor><level>2</level><found>{found}</found></floor>"
        )

    def _lamp(self, assets: list[Any]) -> str:
        return f"<lamp>{self.chance.choice(assets)}</lamp><state>{self.chance.choice(['working', 'faulty'])}</state>"

    def _talk(self) -> str:
        return (
            f"<topic>{self.chance.choice(['fraud', 'fire', 'traffic'])}</topic><people>{self.chance.randrange(8, 60)}</people>"
            f"<useful>{self.chance.randrange(3, 6)}</useful><words>希望多来几次。</words>"
        )
