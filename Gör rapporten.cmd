@echo off
rem Dubbelklicka: granskar filerna i data\raw och gör rapporten. Fönstret står kvar tills du trycker på en tangent.
chcp 65001 >nul
rem pushd, since cd cannot enter a folder on a server.
pushd "%~dp0"
set "PYTHON=py -3"
where py >nul 2>nul || set "PYTHON=python"
%PYTHON% --version >nul 2>nul
if errorlevel 1 (
    echo Python saknas. Installera Python 3.14 ^(64 bitar^) från python.org och dubbelklicka igen.
    goto slut
)
%PYTHON% run.py check
if errorlevel 1 goto slut
echo.
%PYTHON% run.py report
if not errorlevel 1 start "" "_site\index.html"
:slut
echo.
pause
