"""Train in this process: examples come in as JSON, the saved model goes out."""

import os
import sys

import msgspec

from routing.bots.understanding import train
from routing.bots.understanding.apart import Lesson

lesson = msgspec.json.decode(sys.stdin.buffer.read(), type=Lesson)
if lesson.patient:
    os.nice(10)
model = train(lesson.examples, seed=lesson.seed, encoder=lesson.encoder, earlier=lesson.earlier)
sys.stdout.buffer.write(model.save())
