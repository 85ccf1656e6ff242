/* Stands in for uv.exe and for the python.exe of the environment which uv.exe makes; its own file name says which it is.
 * Writes each call as a line to the file that STAND_IN_LOG names. Built by x86_64-w64-mingw32-gcc -municode. */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

static int has(int count, wchar_t **arguments, const wchar_t *wanted) {
    for (int i = 1; i < count; i++)
        if (!wcscmp(arguments[i], wanted)) return i;
    return 0;
}

static void note(const wchar_t *who, int count, wchar_t **arguments) {
    const wchar_t *path = _wgetenv(L"STAND_IN_LOG");
    FILE *log = path ? _wfopen(path, L"ab") : NULL;
    if (!log) return;
    char line[8192];
    for (int i = 0; i < count; i++) {
        WideCharToMultiByte(CP_UTF8, 0, i ? arguments[i] : who, -1, line, sizeof line, NULL, NULL);
        fprintf(log, "%s%s", i ? "|" : "", line);
    }
    fputs("\n", log);
    fclose(log);
}

static int play_uv(int count, wchar_t **arguments) {
    wchar_t own[4096], path[4096];
    const wchar_t *folder = arguments[count - 1];
    if (!has(count, arguments, L"venv")) {
        const wchar_t *code = _wgetenv(L"STAND_IN_UV_CODE");
        return code ? _wtoi(code) : 0;
    }
    if (!CreateDirectoryW(folder, NULL)) return 9;
    _snwprintf(path, 4096, L"%ls\\Scripts", folder);
    CreateDirectoryW(path, NULL);
    GetModuleFileNameW(NULL, own, 4096);
    _snwprintf(path, 4096, L"%ls\\Scripts\\python.exe", folder);
    return CopyFileW(own, path, FALSE) ? 0 : 9;
}

static int play_python(int count, wchar_t **arguments) {
    wchar_t path[4096];
    int at = has(count, arguments, L"check");
    if (at) {
        _snwprintf(path, 4096, L"%ls\\whole", arguments[at + 1]);
        return GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES;
    }
    at = has(count, arguments, L"finish");
    if (at) {
        _snwprintf(path, 4096, L"%ls\\whole", arguments[at + 1]);
        FILE *whole = _wfopen(path, L"wb");
        return whole ? fclose(whole) : 9;
    }
    if (has(count, arguments, L"devices")) {
        puts("local/cpu");
        return 0;
    }
    puts("studio was here");
    const wchar_t *code = _wgetenv(L"STAND_IN_CODE");
    return code ? _wtoi(code) : 0;
}

int wmain(int count, wchar_t **arguments) {
    wchar_t own[4096];
    GetModuleFileNameW(NULL, own, 4096);
    int uv = wcsstr(own, L"uv.exe") != NULL;
    note(uv ? L"uv" : L"python", count, arguments);
    return uv ? play_uv(count, arguments) : play_python(count, arguments);
}
