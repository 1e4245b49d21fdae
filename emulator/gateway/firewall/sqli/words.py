"""The words of SQL by what they mean to an injection: one letter for each class.

Letters: & logical operator, ! not, = comparison, U union, A all, E select, I insert, D delete, P update, X set,
R drop and the like, t what is dropped, x execute, d declare, w waitfor delay, F from and into, W where, H having,
G group by, O order by, L limit, C case, b truth, e exists, f a function that only attacks call, k a name that only
attacks ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _words(**classes: str) -> dict[bytes, str]:
    return {word.encode(): letter for letter, words in classes.items() for word in words.split()}


_SYMBOLS = {"logical": "&", "negation": "!", "comparison": "=", "null": "1"}

_MEANINGS = {
    **_words(
        logical="or and xor",
        negation="not",
        comparison="like rlike regexp ilike glob is in between similar sounds div mod",
        null="null",
    ),
    **_words(U="union", A="all distinct distinctrow", E="select", I="insert replace", D="delete", P="update", X="set"),
    **_words(R="drop truncate alter create grant revoke shutdown rename", x="exec execute", d="declare"),
    **_words(t="table database schema view function procedure user index column login trigger role"),
    **_words(Y="group", Z="order", B="by", K="waitfor", M="delay time"),
    **_words(F="from into", W="where", H="having", L="limit offset", C="case", b="true false", e="exists"),
}

_ATTACKING_FUNCTIONS = frozenset(
    b"""benchmark pg_sleep extractvalue updatexml load_file sys_eval sys_exec randomblob load_extension make_set
    xmltype dbms_pipe.receive_message dbms_lock.sleep utl_inaddr.get_host_address utl_inaddr.get_host_name
    utl_http.request ctxsys.drithsx.sn group_concat fn_xe_file_target_read_file xp_dirtree xp_cmdshell sp_executesql
    lo_import lo_export pg_read_file query_to_xml database_to_xml procedure_analyse name_const gtid_subset
    current_setting elt""".split()
)
_ASKED_NAMES = frozenset(
    b"""information_schema sysobjects syscolumns sysusers sysdatabases sqlite_master sqlite_schema sqlite_temp_master
    pg_catalog pg_user pg_shadow all_tables all_users user_tables msysaccessobjects utl_http utl_inaddr dbms_pipe
    sys.tables sys.objects mysql.user syscat sysibm rdb$database v$version xp_cmdshell xp_regread xp_dirtree
    xp_availablemedia xp_enumdsn xp_loginconfig xp_makecab xp_ntsec_enumdomains xp_terminate_process
    sp_configure sp_oacreate sp_password sp_makewebtask""".split()
)
_SLEEP = b"sleep"

WORDS: Final[Mapping[bytes, str]] = MappingProxyType(
    {word: _SYMBOLS.get(letter, letter) for word, letter in _MEANINGS.items()}
)


def word_class(word: bytes, called: bool) -> str:
    """The letter of a word in lower case; called: a parenthesis follows at once. n: any name, g: any function."""
    if word in _ASKED_NAMES or word.partition(b".")[0] in _ASKED_NAMES:
        return "k"
    if called and (word in _ATTACKING_FUNCTIONS or word == _SLEEP):
        return "f"
    return WORDS.get(word) or ("g" if called else "n")
