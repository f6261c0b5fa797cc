"""Emoji by the names that Slack has for them."""

NAMES = {
    "+1": "👍", "-1": "👎", "thumbsup": "👍", "thumbsdown": "👎", "heart": "❤️", "tada": "🎉",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌",
    "eyes": "👀", "pray": "🙏", "clap": "👏", "wave": "👋", "ok_hand": "👌", "raised_hands": "🙌",
    "muscle": "💪", "point_up": "☝️", "point_right": "👉", "handshake": "🤝", "fire": "🔥",
    "rocket": "🚀", "star": "⭐", "sparkles": "✨", "100": "💯", "bulb": "💡", "warning": "⚠️",
    "question": "❓", "exclamation": "❗", "smile": "😄", "smiley": "😃", "grinning": "😀",
    "grin": "😁", "joy": "😂", "rolling_on_the_floor_laughing": "🤣", "laughing": "😆",
    "slightly_smiling_face": "🙂", "blush": "😊", "wink": "😉", "heart_eyes": "😍",
    "thinking_face": "🤔", "confused": "😕", "slightly_frowning_face": "🙁", "cry": "😢",
    "sob": "😭", "disappointed": "😞", "angry": "😠", "rage": "😡", "scream": "😱",
    "open_mouth": "😮", "sunglasses": "😎", "sweat_smile": "😅", "facepalm": "🤦",
    "shrug": "🤷", "hugging_face": "🤗", "bug": "🐛", "hourglass": "⌛", "email": "📧",
    "package": "📦", "lock": "🔒", "calendar": "📆", "memo": "📝", "phone": "☎️", "bell": "🔔",
    "broken_heart": "💔", "blue_heart": "💙", "green_heart": "💚", "yellow_heart": "💛",
    "purple_heart": "💜", "no_entry": "⛔", "red_circle": "🔴", "large_green_circle": "🟢",
    "partying_face": "🥳", "face_with_rolling_eyes": "🙄", "neutral_face": "😐",
}  # fmt: skip
TONES = {
    f"skin-tone-{number}": chr(0x1F3FB + number - 2) for number in range(2, 7)
}  #: modifiers of Fitzpatrick
VARIATION = "\N{VARIATION SELECTOR-16}"
SLACK_NAMES = {emoji.replace(VARIATION, ""): name for name, emoji in reversed(NAMES.items())}


def shown(name: str, codes: str = "") -> str:
    """Return the emoji that Slack calls *name*; one of a workspace's own stays ``:name:``.

    The *codes* are its code points in hex, as rich text has them.
    """
    if codes:
        try:
            return "".join(chr(int(code, 16)) for code in codes.split("-"))
        except (ValueError, OverflowError):
            pass
    base, _, tone = name.partition("::")
    if base not in NAMES:
        return f":{name}:"
    return NAMES[base] + TONES.get(tone, "")


def called(emoji: str) -> str | None:
    """Return what Slack calls *emoji*; None when we know no name for it."""
    if emoji.startswith(":") and emoji.endswith(":") and len(emoji) > 2:
        return emoji[1:-1]
    base = emoji.replace(VARIATION, "")
    for name, tone in TONES.items():
        if base.endswith(tone) and len(base) > 1:
            found = SLACK_NAMES.get(base.removesuffix(tone))
            return f"{found}::{name}" if found else None
    return SLACK_NAMES.get(base)
