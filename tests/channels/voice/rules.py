"""What Twilio takes as TwiML, of the verbs that the desk uses (twilio.com/docs/voice/twiml)."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

ATTRIBUTES = {
    "Response": set(),
    "Say": {"language", "voice", "loop"},
    "Play": {"loop", "digits"},
    "Pause": {"length"},
    "Hangup": set(),
    "Leave": set(),
    "Redirect": {"method"},
    "Gather": {
        *("input", "action", "method", "timeout", "numDigits", "language", "hints"),
        *("speechTimeout", "finishOnKey", "actionOnEmptyResult"),
    },
    "Enqueue": {"action", "method", "waitUrl", "waitUrlMethod"},
    "Record": {
        *("action", "method", "maxLength", "playBeep", "finishOnKey", "timeout", "transcribe"),
        *("transcribeCallback", "recordingStatusCallback", "recordingStatusCallbackMethod"),
        "recordingStatusCallbackEvent",
    },
    "Dial": {"action", "method", "timeout", "callerId"},
    "Conference": {
        *("beep", "startConferenceOnEnter", "endConferenceOnExit", "participantLabel", "waitUrl"),
        *("statusCallback", "statusCallbackMethod", "statusCallbackEvent", "record"),
        *("recordingStatusCallback", "recordingStatusCallbackMethod"),
        "recordingStatusCallbackEvent",
    },
}
SPOKEN = {"Say", "Play", "Pause"}
VERBS = ATTRIBUTES.keys() - {"Response", "Conference"}
INSIDE = {"Response": VERBS, "Gather": SPOKEN, "Dial": {"Conference"}}
BOOLEANS = {"beep", "startConferenceOnEnter", "endConferenceOnExit", "playBeep", "transcribe"}
NUMBERS = {"timeout", "numDigits", "maxLength", "loop"}
ADDRESSES = {"action", "statusCallback", "recordingStatusCallback", "transcribeCallback"}
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)?")


def faults(twiml: str) -> list[str]:
    """Return what Twilio would complain about."""
    try:
        root = ET.fromstring(twiml)
    except ET.ParseError as error:
        return [f"It is not well-formed: {error}."]
    if root.tag != "Response":
        return [f"It is a {root.tag}."]
    return list(looked_at(root))


def looked_at(element: ET.Element) -> Iterator[str]:
    known = ATTRIBUTES.get(element.tag, set())
    for name, value in element.attrib.items():
        if name not in known:
            yield f"{element.tag} has no attribute {name}."
        yield from valued(element.tag, name, value)
    text = (element.text or "").strip()
    if element.tag in {"Say", "Play", "Redirect", "Enqueue", "Conference"} and not text:
        yield f"{element.tag} is empty."
    if element.tag in {"Play", "Redirect"} and not text.startswith(("http://", "https://")):
        yield f"{element.tag} leads to {text}."
    for child in element:
        if child.tag not in INSIDE.get(element.tag, set()):
            yield f"{child.tag} stands in {element.tag}."
        yield from looked_at(child)


def valued(tag: str, name: str, value: str) -> Iterator[str]:
    if name in BOOLEANS:
        fine = value in {"true", "false"}
    elif name in NUMBERS:
        fine = value.isdecimal()
    elif name == "language":
        fine = bool(TAG.fullmatch(value))
    else:
        fine = name not in ADDRESSES or value.startswith(("http://", "https://"))
    if not fine:
        yield f"{tag} {name} is {value}."
