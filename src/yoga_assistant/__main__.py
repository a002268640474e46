"""`python -m yoga_assistant` is `yoga-assistant`."""

from .cli import main

if __name__ == "__main__":
    main()
