"""Train in this process: examples come in as JSON, the saved model goes out."""

import os
import sys

import msgspec

from routing.bots.understanding import train
from routing.bots.understanding.apart import Lesson

os.nice(10)  # everything else on the machine goes first
lesson = msgspec.json.decode(sys.stdin.buffer.read(), type=Lesson)
model = train(lesson.examples, seed=lesson.seed, encoder=lesson.encoder)
sys.stdout.buffer.write(model.save())
