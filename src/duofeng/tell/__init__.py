"""How a conclusion is said: sentences, values, sheets and chart data, in the language of the reader."""

from duofeng.tell import values as values  # registers how values inside of messages are spoken
