"""What the complaints say: made of parts, redacted and made searchable once, drawn from many times.

Redacting a text takes a millisecond and the search key a tenth: done anew for each of a million complaints, they would
take longer than all the rest. So the words come from a pool of some thousand texts, and the place is each one's own.
"""

import random
from dataclasses import dataclass

from phanhoi_app.rules import redaction, searching


def _each(joined: str) -> list[str]:
    return joined.split("|")


# field code: (its name, what is wrong)
FIELDS = {
    "m-roads": (
        "Mặt đường, vỉa hè",
        ("Ổ gà sâu giữa đường", "Vỉa hè vỡ nát", "Nắp cống bị mất", "Đường sụt lún"),
    ),
    "m-light": (
        "Chiếu sáng công cộng",
        ("Đèn đường tắt cả tuyến", "Cột đèn nghiêng sắp đổ", "Đèn sáng cả ban ngày"),
    ),
    "m-waste": ("Rác thải", ("Rác không được thu gom", "Bãi rác tự phát", "Đốt rác gây khói độc")),
    "m-water": ("Cấp nước", ("Mất nước nhiều ngày", "Nước máy đục, có mùi", "Đường ống vỡ chảy tràn")),
    "m-power": (
        "Điện",
        ("Mất điện liên tục", "Dây điện võng thấp", "Cột điện nứt gãy", "Cháy nổ trạm biến áp"),
    ),
    "m-flood": ("Thoát nước, ngập úng", ("Cống tắc gây ngập", "Nước thải chảy ra mương", "Ngập sâu sau mưa")),
    "m-noise": ("Tiếng ồn", ("Hát karaoke quá khuya", "Xưởng cơ khí gây ồn", "Công trình thi công ban đêm")),
    "m-build": (
        "Xây dựng trái phép",
        ("Lấn chiếm đất công", "Xây nhà không phép", "Che chắn công trình sơ sài"),
    ),
    "m-order": ("An ninh trật tự", ("Tụ tập đánh bạc", "Trộm cắp xe máy", "Thanh niên gây rối ban đêm")),
    "m-traffic": ("Giao thông", ("Xe tải chạy quá tải", "Đỗ xe chặn cổng trường", "Đèn tín hiệu hỏng")),
    "m-health": (
        "Y tế, an toàn thực phẩm",
        ("Quán ăn mất vệ sinh", "Trạm y tế vắng người trực", "Thực phẩm ôi thiu"),
    ),
    "m-school": (
        "Giáo dục",
        ("Trường thu tiền không rõ ràng", "Xe đưa đón học sinh cũ nát", "Bếp ăn bán trú bẩn"),
    ),
    "m-papers": (
        "Thủ tục hành chính",
        ("Hồ sơ đất quá hạn trả", "Phải đi lại nhiều lần", "Yêu cầu thêm giấy tờ"),
    ),
    "m-trees": ("Cây xanh", ("Cây to sắp đổ vào nhà", "Cành cây che biển báo", "Chặt cây không xin phép")),
    "m-animals": (
        "Vật nuôi",
        ("Chó thả rông cắn người", "Chuồng lợn hôi thối", "Gà vịt chết vứt xuống sông"),
    ),
    "m-conduct": (
        "Thái độ cán bộ",
        ("Cán bộ đòi tiền bồi dưỡng", "Cán bộ quát mắng người dân", "Bao che vi phạm"),
    ),
}
SEALED = "m-conduct"
WHERE = _each(
    "trước cổng trường|gần chợ|đầu ngõ|sau trạm y tế|cạnh nhà văn hóa|dưới chân cầu|ngã ba|bên bờ kênh"
)
SINCE = _each("từ tuần trước|đã hai tháng nay|từ đầu năm|sau đợt mưa vừa rồi|cả tháng nay|từ hôm qua")
HARM = _each(
    "Trẻ nhỏ và người già đi lại rất nguy hiểm.|Ba xe máy đã ngã trong tuần này.|Cả xóm mất ngủ vì chuyện này.|"
    "Mùi hôi bay vào từng nhà, không ai chịu nổi.|Chúng tôi đã báo tổ dân phố nhưng chưa thấy ai tới.|"
    "Bà con làm ăn buôn bán bị ảnh hưởng nhiều.|Trời mưa thì nước ngập đến đầu gối.|Ban đêm tối om, dễ xảy ra tai nạn."
)
WISH = _each(
    "Đề nghị UBND xã kiểm tra và xử lý sớm.|Mong cơ quan chức năng vào cuộc.|Kính đề nghị cho sửa chữa trước mùa mưa.|"
    "Xin được trả lời bằng văn bản.|Đề nghị xử phạt nghiêm để làm gương.|Mong sớm có người tới xem tận nơi."
)
CALL_ME = "Gọi cho tôi theo số 0987 654 321."
STREETS = _each(
    "Lê Lai|Trần Phú|Nguyễn Trãi|Lê Lợi|Hạc Thành|Bà Triệu|Đội Cung|Trường Thi|Quang Trung|Phan Chu Trinh|"
    "Lê Hoàn|Cao Thắng|Đinh Lễ|Nguyễn Du|Tống Duy Tân|Hàng Đồng|Phan Bội Châu|Lý Thường Kiệt|Hải Thượng|Đông Lân"
)
FAMILY = _each("Nguyễn|Trần|Lê|Phạm|Hoàng|Vũ|Đỗ|Bùi|Hà|Trịnh|Mai|Lưu")
MIDDLE = _each("Văn|Thị|Đức|Minh|Ngọc|Hữu|Thu|Quang")
GIVEN = _each("An|Bình|Chi|Dũng|Giang|Hạnh|Hùng|Lan|Long|Mai|Nam|Phương|Sơn|Thảo|Tuấn|Yến")
ANSWERS = _each(
    "Đã kiểm tra thực tế và cho khắc phục xong.|Đơn vị thi công đã sửa chữa, hoàn trả mặt bằng.|"
    "Đã lập biên bản, xử phạt và yêu cầu chấm dứt.|Đã đưa vào kế hoạch sửa chữa của quý này.|"
    "Đã tổ chức thu gom và nhắc nhở các hộ."
)


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a content as everybody reads them, what was typed where it differs, and the search key of both."""

    title: str
    content: str
    typed_content: str | None
    search: str


def pool(size: int) -> dict[str, list[Text]]:
    """`size` texts for each field: always the same ones."""
    chance = random.Random(11)
    return {field: [_text(chance, wrong) for _ in range(size)] for field, (_name, wrong) in FIELDS.items()}


def street(chance: random.Random) -> tuple[str, str]:
    """An address and its search key."""
    found = f"{chance.randint(1, 400)} {chance.choice(STREETS)}"
    return found, searching.search_text(found)


def person(chance: random.Random) -> str:
    """A name that many people have."""
    return f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"


def _text(chance: random.Random, wrong: tuple[str, ...]) -> Text:
    what, where = chance.choice(wrong), chance.choice(WHERE)
    title = f"{what} {where} {chance.choice(STREETS)}"
    said = [
        f"{what} ở {where} đường {chance.choice(STREETS)} {chance.choice(SINCE)}.",
        *chance.sample(HARM, 2),
    ]
    said += [chance.choice(WISH)] + ([CALL_ME] if chance.random() < 0.1 else [])
    typed = " ".join(said)
    content = redaction.redact(typed, [])
    return Text(title, content, typed if typed != content else None, searching.search_text(title, content))
