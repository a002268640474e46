"""For authors of backends: fakes to test against, and contracts that a backend must fulfil.

`yoga_assistant.testing.fakes` needs nothing; `yoga_assistant.testing.contracts` needs pytest.
"""
