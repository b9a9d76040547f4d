/** The kernels for 256-bit engines: made by `npm run build:kernels` from kernels/, never by hand. */
export const WIDE_KERNELS = {
  /** Where it says whether its memory is shared. */
  limitsAt: 74,
  /** Its bytes, as text-codec.ts reads them. */
  text: `\
!}/}B};#!!!#V+}.&}N}N}N!}.(}N}N}N}N!}.*}N}N}N}N}N}N!}.(}N}N}N}L!}.%}N}N#}N}.%}N}N!}.)}N}N}N}N}L!%6#&}3}=}E*}\
;}3};}>}A}H%&#}O}O(&/.%&#!#(!)*!**#}N!h#/+}9/(}F}7}2}3&!)}1}:}3}/}A!+(}1}>}?}H!*)}/}2}2{}>!-,};}D}:}C}7}?}:}\
H!()}B}1}/}:}3!#(}A}3}:}D!&0}A}3}:}Di}/}1}9}F}/}A}2!%-}/}?}?}:}Ht}/}B}9!,,}7}Bm}7}=}7}C}3!)-}0}3}A}=}>}D}:}:\
}7!!.~g6.}P2%*}N5}JE&F+E%h~S~/~=~W#}BE&}BF-E%F*&gE.h)o(gE.h)}CG/h}O(}8E+G,~x5~x/(!E/E-E.}8h#}8~x5~x/(}a(E-F+\
E*F-E,F*E.h#}8F.0#//E(~x5F:E&~x5F1E%E)}8~x5~x0!!!!#!!!%!!!&!!!~x~%#F3h!F&&gE#E&q(gE3G4~x0(!!!(!!!(!!!(!!!~x~\
%#F7E4~x0,!!!,!!!,!!!,!!!~x~%#F9E4~x00!!!0!!!0!!!0!!!~x~%#F8E1G0F6E0G2F5h}O(F%&gE0h1~x}|#E0h7~x~##~xwE4E0~x~\
%#G0~xxG4h3~x}|#E4h5~x~##~xwE0E4~x~%#G0~xxG4h?~x}|#E4h*~x~##~xwE0E4~x~%#G4~xxF0E6h1~x}|#E6h7~x~##~xwE7E6~x~%\
#G6~xxG7h3~x}|#E7h5~x~##~xwE6E7~x~%#G6~xxG7h?~x}|#E7h*~x~##~xwE6E7~x~%#G6~xxF7E2h1~x}|#E2h7~x~##~xwE9E2~x~%#\
G2~xxG9h3~x}|#E9h5~x~##~xwE2E9~x~%#G2~xxG9h?~x}|#E9h*~x~##~xwE2E9~x~%#G2~xxF9E5h1~x}|#E5h7~x~##~xwE8E5~x~%#G\
5~xxG8h3~x}|#E8h5~x~##~xwE5E8~x~%#G5~xxG8h?~x}|#E8h*~x~##~xwE5E8~x~%#G5~xxF8E4E0~x~%#G4E%~x!(!G;~x~%#F=E6E7~\
x~%#G6E;~x~%#F>E2E9~x~%#G2E;~x~%#F?E5E8~x~%#G5E;~x~%#F;E0h*~x}|#E0h?~x~##~xwE4~xxE%~x!(4G0~x~%#F4E7h*~x}|#E7\
h?~x~##~xwE6~xxE0~x~%#F6E9h*~x}|#E9h?~x~##~xwE2~xxE0~x~%#F2E8h*~x}|#E8h?~x~##~xwE5~xxE0~x~%#F0E%hE}8G%h}q)n(\
gE4h5~x}|#E4h3~x~##~xwE=E4~x~%#G4~xxG5hB~x}|#E5h&~x~##~xwE4E5~x~%#G4~xxG5h4~x}|#E5h4~x~##~xwE4E5~x~%#G4~xxF5\
E6h5~x}|#E6h3~x~##~xwE>E6~x~%#G6~xxG7hB~x}|#E7h&~x~##~xwE6E7~x~%#G6~xxG7h4~x}|#E7h4~x~##~xwE6E7~x~%#G6~xxF=E\
2h5~x}|#E2h3~x~##~xwE?E2~x~%#G2~xxG7hB~x}|#E7h&~x~##~xwE2E7~x~%#G2~xxG7h4~x}|#E7h4~x~##~xwE2E7~x~%#G8~xxF>E0\
h5~x}|#E0h3~x~##~xwE;E0~x~%#G0~xxG2hB~x}|#E2h&~x~##~xwE0E2~x~%#G0~xxG2h4~x}|#E2h4~x~##~xwE0E2~x~%#G;~xxF?E4E\
5~x~%#G0E%~x!(!G@~x~%#F4E6E=~x~%#G2E@~x~%#F7E8E>~x~%#GAE@~x~%#F9E;E?~x~%#G;E@~x~%#F8E5h=~x}|#E5h,~x~##~xwE0~\
xxE%~x!(4G5~x~%#F0E=h=~x}|#E=h,~x~##~xwE2~xxE5~x~%#F6E>h=~x}|#E>h,~x~##~xwEA~xxE5~x~%#F2E?h=~x}|#E?h,~x~##~x\
wE;~xxE5~x~%#F5E%hE}8F%0#//E!E=E:~xa~x0!!}Of!!}Of!!}Of!!}Of~xuG5E4E:~xa~x0!!}Of!!}Of!!}Of!!}Of~xuG4~x1!#%&45\
67()*+89:;~x/(!E!E5E4~x1,-./=>?@0123ABCD~x/(4E!hE}8E>E:~xa~x0!!}Of!!}Of!!}Of!!}Of~xuG4E6E:~xa~x0!!}Of!!}Of!!\
}Of!!}Of~xuG5~x1!#%&4567()*+89:;~x/(!E!E4E5~x1,-./=>?@0123ABCD~x/(UE!hg}9G%E?E:~xa~x0!!}Of!!}Of!!}Of!!}Of~xu\
G4E2E:~xa~x0!!}Of!!}Of!!}Of!!}Of~xuG2~x1!#%&4567()*+89:;~x/(!E%E4E2~x1,-./=>?@0123ABCD~x/(4E!h~Y!}8E;E:~xa~x\
0!!}Of!!}Of!!}Of!!}Of~xuG2E0E:~xa~x0!!}Of!!}Of!!}Of!!}Of~xuG0~x1!#%&4567()*+89:;~x/(!E!E2E0~x1,-./=>?@0123AB\
CD~x/(}?E3~x04!!!4!!!4!!!4!!!~x~%#F3E!h}O#}8F!E&hE}8F&0#///a%#}N#}JE&~x7F)&gE(E%h%}Cp(gE!E(}8E#E(}8~x!(!E)~x\
~a#~x/(!E(h4}8F(0#///s##}N&gE(E&h%}Cp(gE!E(}8E#E(}8~x!(!E%E(}8~x!(!~x0!!!!!!!!!!!!!!!!~xh~xv~x/(!E(h4}8F(0#/\
//p%#}N#}J&gE&E%h%}Cp(gE!E&}8E#E&}8~x!(!G(E(~x0!!!!!!!!!!!!!!!!~xl~xv~x/(!E&h4}8F&0#///_##}N&gE(E&h%}Cp(gE!E\
(}8E#E(}8~x!(!E%E(}8~x!(!~x~a#~x/(!E(h4}8F(0#///}A&%}N#}L#}J&gE&h(}8G%E#s(gE)E!~x!(!G)E)~x~_#~x~^#F)E%F&E!h4\
}8F!0#//&gE#E&q(gE(E!O%!G(E(}d}cF(E&h#}8F&E!h(}8F!0#//E)E)~xi~xzlE(E(})}@/3!E!E#E%h%}C~w.!!/2!E!h!E#h%}C~w/!\
/}&%#}N#}JE(~x7F*&gE)E&h%}Cp(gE!E)}8E#E)}8~x!(!E*~x~a#E%E)}8~x!(!~x0!!!!!!!!!!!!!!!!~xh~xv~x/(!E)h4}8F)0#///\
}>#%}N&gE&h(}8G(E%s(gE!E!~x!(!E#~x!(!~x~^#~x/(!E(F&E!h4}8F!E#h4}8F#0#//&gE%E&q(gE!E!O%!E#O%!}c^%!E&h#}8F&E!h\
(}8F!E#h(}8F#0#///\
`,
};
