"""Reading a multipart/related answer as a client does."""

from email.parser import BytesParser


def body_of(answer):
    """The bytes of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def parts_of(answer):
    """[(headers, bytes)] of a multipart/related answer."""
    whole = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode() + body_of(answer)
    message = BytesParser().parsebytes(whole)
    assert message.is_multipart()
    boundary = message.get_boundary().encode()
    chunks = whole.split(b"\r\n\r\n", 1)[1].split(b"--" + boundary)
    found = []
    for chunk in chunks[1:-1]:
        head, _, data = chunk.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().strip().split("\r\n"))
        found.append((headers, data[:-2]))
    return found
