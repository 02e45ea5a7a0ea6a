"""Made-up residents without end: the n-th is always the same, and can be told again with the slips that people make."""

import random
from typing import Any

from koban.lib.linkage.numbers import check_digit

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华慧巧美云兰霞平刚桂文辉玲红梅建国志海波斌鹏飞宇浩凯俊晨欣怡佳雪琳颖婷倩雯蕾薇璐瑶瑾萱梓涵子轩"
    "博源天翔思远雨泽铭皓嘉懿煜城烨霖熠彤昊然智宸逸绍齐立轩世豪弘文昕楷瑞振业春生东升根水发贵福财旺金宝银凤莲菊香珍珠翠花淑贞惠秋冬夏松柏竹石山川江河"
    "安宁康健乐欢喜庆祥和顺德义仁礼信忠孝诚廉正直方圆清白玉洁冰心如意长久永恒光亮星辰日月阳晓晴岚峰岩岭峻崇高远"
)
SOUNDS_ALIKE = dict(zip("伟芳静丽艳涛明英华平", "玮方靖莉燕滔铭瑛骅萍", strict=True))
AREA = "340524"
DAYS, YEARS = 28 * 12, 80
SEED = 11

Told = dict[str, str]


def told(n: int) -> Told:
    """The n-th resident as a register has them; everybody has a number of their own."""
    chance = random.Random(SEED * 1_000_003 + n)
    day = n % (DAYS * YEARS)
    born = f"{1940 + day // DAYS}{day % DAYS // 28 + 1:02}{day % 28 + 1:02}"
    body = f"{AREA}{born}{n // (DAYS * YEARS) + 1:03}"
    return {
        "name": _name(chance), "birth_on": f"{born[:4]}-{born[4:6]}-{born[6:]}", "id_kind": "id_card",
        "id_number": body + check_digit(body), "phone": f"000{n:08}",
    }  # fmt: skip


def _name(chance: random.Random) -> str:
    surname = SURNAMES[int(len(SURNAMES) * chance.random() ** 2.2)]
    given = [
        GIVEN[int(len(GIVEN) * chance.random() ** 1.5)] for _ in range(1 if chance.random() < 0.15 else 2)
    ]
    return surname + "".join(given)


def mistold(n: int, chance: random.Random) -> Told:
    """The n-th resident as another list has them: without the number, and with one or two slips."""
    one = told(n) | {"id_kind": "", "id_number": ""}
    for slip in chance.sample(SLIPS, chance.choice((1, 1, 2))):
        slip(one, chance)
    return one


def _other_character(one: Told, chance: random.Random) -> None:
    one["name"] = "".join(SOUNDS_ALIKE.get(char, char) for char in one["name"])


def _in_pinyin(one: Told, chance: random.Random) -> None:
    from koban.lib.text import romanise  # noqa: PLC0415  its dictionaries are large

    one["name"] = romanise(one["name"])


def _swapped_day(one: Told, chance: random.Random) -> None:
    year, month, day = one["birth_on"].split("-")
    one["birth_on"] = f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}-{int(day) % 28 + 1:02}"


def _other_phone(one: Told, chance: random.Random) -> None:
    one["phone"] = f"0009{chance.randrange(10**7):07}"


def _no_phone(one: Told, chance: random.Random) -> None:
    one["phone"] = ""


SLIPS: tuple[Any, ...] = (_other_character, _in_pinyin, _swapped_day, _other_phone, _no_phone)
