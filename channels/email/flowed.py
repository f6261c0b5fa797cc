"""Text whose lines flow (RFC 3676): soft breaks joined, quotes kept at their depth."""


def unflowed(text: str, *, delsp: bool = False) -> str:
    """Join the lines that end in a space with the next ones of the same quoting depth."""
    said: list[str] = []  #: pieces of lines, and what stands between them
    open_depth = -1  #: of the paragraph that the next line may continue
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        shown = content[:-1] if flows and delsp else content
        if depth == open_depth and content != "-- ":
            said.append(shown)
        else:
            said.append("\n" + (">" * depth + " " if depth else "") + shown)
        open_depth = depth if flows else -1
    return "".join(said)[1:]
