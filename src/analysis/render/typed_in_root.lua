-- What `quarto render` and `quarto preview` answer in the project's root, whose pages a run has
-- yet to make. In Lua, which Quarto itself brings: there may be no other language on the computer.
io.stderr:write("Rapporten görs med: python run.py (hur den färdiga byggmappen visas med Quarto står i docs/analytiker.md)\n")
os.exit(1)
