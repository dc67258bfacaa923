#!/bin/bash
# Dubbelklicka: granskar filerna i data/raw och gör rapporten. Fönstret står kvar tills du trycker på returtangenten.
cd "$(dirname "$0")" || exit 1
if ! command -v python3 >/dev/null; then
    echo "Python saknas. Installera Python 3.14 (64 bitar) från python.org och dubbelklicka igen."
elif python3 run.py check; then
    echo
    python3 run.py report && open _site/index.html
fi
echo
read -r -p "Tryck på returtangenten för att stänga fönstret."
