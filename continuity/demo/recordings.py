"""Recordings of the demo: nobody speaks. MP3 frames of silence need no encoder."""

# MPEG 2, layer III, 8 kbit/s, 22.05 kHz, one channel: 26 bytes of frame for 576 samples; zeros are
# silence.
FRAME = bytes.fromhex("fff310c4") + bytes(22)
FRAMES_A_SECOND = 22_050 / 576


def silence(seconds: int) -> bytes:
    """An MP3 of that many seconds."""
    return FRAME * int(seconds * FRAMES_A_SECOND)
