/** Compiled kernels for networks with weights: made by `npm run build:kernels` from kernels/, never by hand. */
export const WEIGHT_KERNELS = {
  /** Where it says whether its memory is shared. */
  limitsAt: 146,
  /** Its bytes, as text-codec.ts reads them. */
  text: `\
!}/}B};#!!!#}H/}.+}N}N}N}N}N}N}N#}N}.*}N}N}N}N}N}N!}.(}N}N}N}N!}.0}N}N}N}N}N}N}N}N}N}N}N}N!}.!!}..}N}N}N}N}N\
}N}N}N}N}N!}.,}N}N}N}N}N}N}N}N#}N}.,}N}N}N}N}L}L}N}L#}N}.,}N}N}N}N}L}L}N}L!}.4}N}N}N}N}N}N}N}N}N}N}N}N}N}N}N\
}N!}.)}N}N}N}N}N!%6#&}3}=}E*};}3};}>}A}H%&#}O}O(&54#!!()!*+,%%-&&.#+}s#/,}?}/}1}9y}>}F}B!36}?}/}1}9y}>}F}B{}\
A}/}=}B}?}>}B}3}2!22};}D}:}C}7}?}:}Hz}?}/}A}B}3!/1};}D}:}C}7}?}:}Hk}3}=}B}3!1/};}D}:}C}7}?}:}Hm}3}F!0*}/}2}2\
y}>}F!.+}B}D};y}>}F}B!-2}B}5}2z}C}/}H}Bm}7}=}7}C}3!+&}B}5}2!,0}1}>};}?}A}3}B}By}>}F}B!*:}1}>};}?}A}3}B}By}>}\
F}B{}A}/}=}B}?}>}B}3}2!),#&.}gf4~/#&&}N#}J#}L&gE#E+q(gh!F*&gE*h(}8E%s(gE*h%}CG,E!}8~x!(!F-E&E,}8G,E)h(}@(}JE\
,~x!(!E-~x~^#)E-/~x/(!E*h(}8F*0#//&gE%E*q(gE*h%}CG,E!}8O%!F.E&E,}8G,E)h(}@(}LE,O%!E.}c)E./^%!E*h#}8F*0#//E!h\
}O#}8F!E&E(}8F&E+h#}8F+0#///~9(%+}N+}J&gE(E-q(gE#E&E-}8E%}:h%}C}8F.E#E&E-h#}8G+E(h#}9G,E+E,o@}8E%}:h%}C}8F/E\
#E&E-h%}8G+E,E+E,o@}8E%}:h%}C}8F0E#E&E-h&}8G+E,E+E,o@}8E%}:h%}C}8F1E!E-h%}C}8F,E)h%}CF+&gE+E*h%}Cp(gE2E+E.}8\
~x!(!G5E5~x~_#E+E/}8~x!(!G6E6~x~_#~x~^#~x~^#E+E0}8~x!(!G7E7~x~_#E+E1}8~x!(!G3E3~x~_#~x~^#~x~^#F2E,E5E6~x1!#%\
&4567()*+89:;G8E7E3~x1!#%&4567()*+89:;G4~x1!#%&()*+456789:;~x/(!E,E8E4~x1,-./0123=>?@ABCD~x/(}O#E,E5E6~x1,-.\
/=>?@0123ABCDG4E7E3~x1,-./=>?@0123ABCDG3~x1!#%&()*+456789:;~x/(}O%E,E4E3~x1,-./0123=>?@ABCD~x/(}O&E,h}O(}8F,\
E+h4}8F+0#//E-h(}8F-0#//E(h&}8h}K}@h%}CF%&gE%h~8!h}O#E(h4s@p(gE)F#&gE#E*o(gE!E%}8E#E)}9h+}C}8~x0!!!!!!!!!!!!\
!!!!~x/(!E#h#}8F#0#//E%h4}8F%0#//E2E2~xi~xzl/}k&%-}J#}Nh~8!h}O#E(h4s@F4E#E%h%}CG%E)}:}8E&h%}C}8F&&gE)E*o(gE(\
hEm(gE&~x!(4F2E&~x!(EF3E&~x!(UF,E!E&~x!(!G0~x/(!E!E2~x/(4E!E3~x/(EE!E,~x/(UE&~x!(wF-E&~x!(}.F.E&~x!(}?F/E!E&\
~x!(gG1~x/(gE!E-~x/(wE!E.~x/(}.E!E/~x/(}?E+E0E0~x~_#E2E2~x~_#~x~^#~x~^#E3E3~x~_#E,E,~x~_#~x~^#~x~^#E1E1~x~_#\
E-E-~x~_#~x~^#~x~^#E.E.~x~_#E/E/~x~_#~x~^#~x~^#F+)h!F#&gE#E(h%}Cp(gE!E#}8E#E&}8~x!(!G,~x/(!E+E,E,~x~_#~x~^#F\
+E#h4}8F#0#//&gE#E4p(gE!E#}8~x0!!!!!!!!!!!!!!!!~x/(!E#h4}8F#0#///E%E&}8F&E!h}O#}8F!E)h#}8F)0#//E+E+~xi~xzl/~\
6##(}N&gE%h4o(gh!F!h!F#&gE#h(o(gE%E#}Dh#}@(gh!F&&gE&h(o(gE%h(}Ch}O%}8E!h%}C}8E&}8E#h%}CE&}8a!!E&h#}8F&0#//E!\
h#}8F!/E#h#}8F#0#//&gE!h(o(gh!F#&gE#h(o(gE%h(}Ch}O%}8E!h%}C}8E#}8h!a!!E#h#}8F#0#//E!h#}8F!0#//E%h#}8F%0#///~\
20&-}J&}N#}ME!h,m(g&gE(E7q(g~x0!!!!!!!!!!!!!!!!F2~x0!!!!!!!!!!!!!!!!F0~x0!!!!!!!!!!!!!!!!F1~x0!!!!!!!!!!!!!!\
!!F/~x0!!!!!!!!!!!!!!!!F3~x0!!!!!!!!!!!!!!!!F4~x0!!!!!!!!!!!!!!!!F5E-h#}@(}JE*~x!(4F2E*~x!(EF0E*~x!(UF1E*~x!\
(gF/E*~x!(wF3E*~x!(}.F4E*~x!(}?F5E*~x!(!)~x0!!!!!!!!!!!!!!!!/F.E#E&M%!h&}C}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7G\
6E)E:iE}W}x}8G9~x!(!~x~a#~x~^#F.E2E6E9~x!(4~x~a#~x~^#F2E0E6E9~x!(E~x~a#~x~^#F0E1E6E9~x!(U~x~a#~x~^#F1E9l(gh!\
E.~x/(!h4E2~x/(!hEE0~x/(!hUE1~x/(!/E/E6E9~x!(g~x~a#~x~^#F/E3E6E9~x!(w~x~a#~x~^#F3E4E6E9~x!(}.~x~a#~x~^#F4E5E\
6E9~x!(}?~x~a#~x~^#F5E!h,}8F!0#//E*E+E-h%}@@G!E-h(}@(}JE!~x!(4E2~x~^#F2E!~x!(EE0~x~^#F0E!~x!(UE1~x~^#F1E!~x!\
(gE/~x~^#F/E!~x!(wE3~x~^#F3E!~x!(}.E4~x~^#F4E!~x!(}?E5~x~^#F5E!~x!(!E.~x~^#)E./~x/(!E!E2~x/(4E!E0~x/(EE!E1~x\
/(UE!E/~x/(gE!E3~x/(wE!E4~x/(}.E!E5~x/(}?E#E%}8F#E&h(}8F&E*h}O#}8F*E+E,}8F+E7h#}8F70#//)E!h(m(g&gE(E7q(g~x0!\
!!!!!!!!!!!!!!!F/~x0!!!!!!!!!!!!!!!!F0~x0!!!!!!!!!!!!!!!!F1E-h#}@(}JE*~x!(4F/E*~x!(EF0E*~x!(UF1E*~x!(!)~x0!!\
!!!!!!!!!!!!!!/F.E#E&M%!h&}C}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7G2E)E:iE}W}x}8G9~x!(!~x~a#~x~^#F.E/E2E9~x!(4~x~\
a#~x~^#F/E0E2E9~x!(E~x~a#~x~^#F0E1E2E9~x!(U~x~a#~x~^#F1E!h,}8F!0#//E*E+E-h%}@@G!E-h(}@(}JE!~x!(4E/~x~^#F/E!~\
x!(EE0~x~^#F0E!~x!(UE1~x~^#F1E!~x!(!E.~x~^#)E./~x/(!E!E/~x/(4E!E0~x/(EE!E1~x/(UE#E%}8F#E&h(}8F&E*h}O#}8F*E+E\
,}8F+E7h#}8F70#//)E!h%m(g&gE(E7q(g~x0!!!!!!!!!!!!!!!!F/E-h#}@(}JE*~x!(4F/E*~x!(!)~x0!!!!!!!!!!!!!!!!/F.E#E&M\
%!h&}C}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7G0E)E:iE}W}x}8G9~x!(!~x~a#~x~^#F.E/E0E9~x!(4~x~a#~x~^#F/E!h,}8F!0#//E\
*E+E-h%}@@G!E-h(}@(}JE!~x!(4E/~x~^#F/E!~x!(!E.~x~^#)E./~x/(!E!E/~x/(4E#E%}8F#E&h(}8F&E*h}O#}8F*E+E,}8F+E7h#}\
8F70#//)&gE(E7q(gE-h#}@(}JE*~x!(!)~x0!!!!!!!!!!!!!!!!/F.E#E&M%!h&}C}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7E)E:iE}W\
}x}8~x!(!~x~a#~x~^#F.E!h,}8F!0#//E*E+E-h%}@@G!E-h(}@(}JE!~x!(!E.~x~^#)E./~x/(!E#E%}8F#E&h(}8F&E*h}O#}8F*E+E,\
}8F+E7h#}8F70#//////}{,%-}J1}NE(h%}CF7E(h&}8h}K}@F;&gE5E;o(gh4E;E5}9G(E(h4q@F8h!F(&gE(E8o(gE%E(h%}C}8E!E#E(}\
:}8[%!E(h#}8F(0#//~x0!!!!}O!!!!#!!}O#!!F+E&E)E7}:}8E5h%}C}8F9E)F(&gE(E*o(gE7h!h(h#E(h(}8E*s@G>h(m@F:h#E>}Ch#\
}9F6h!F4&gE4E8h%}Cp(gE6E4E9}8G?~x!(!G-E:E?}8~x!(!G.~x1!#%&4567()*+89:;G/E?E:h#}C}8~x!(!G,E?E:h&}:}8~x!(!G0~x\
1!#%&4567()*+89:;G1~x1!#%&()*+456789:;G2~x0!!!!!!!!!!!!!!!!~xi~x}u#}@G?h(}C~x!(}O%F3E%E4}8G@M%!GAE2E3~x2G2E+\
E3~x2G3~x1!#%&4567()*+89:;~x/(!EAE2E3~x1,-./=>?@0123ABCD~x/(4E@EAE?}7h&}C}8[%!E6E/E1~x1,-./0123=>?@ABCDG/~x0\
!!!!!!!!!!!!!!!!~xi~x}u#}@G?h(}C~x!(}O%F1E@h(}8M%!GAE/E1~x2G/E+E1~x2G1~x1!#%&4567()*+89:;~x/(!EAE/E1~x1,-./=\
>?@0123ABCD~x/(4E@EAE?}7h&}C}8[%(E6E-E.~x1,-./=>?@0123ABCDG-E,E0~x1,-./=>?@0123ABCDG,~x1!#%&()*+456789:;G.~x\
0!!!!!!!!!!!!!!!!~xi~x}u#}@G?h(}C~x!(}O%F/E@h,}8M%!GAE.E/~x2G.E+E/~x2G/~x1!#%&4567()*+89:;~x/(!EAE.E/~x1,-./\
=>?@0123ABCD~x/(4E@EAE?}7h&}C}8[%,E6E-E,~x1,-./0123=>?@ABCDG,~x0!!!!!!!!!!!!!!!!~xi~x}u#}@G?h(}C~x!(}O%F-E@h\
0}8M%!GAE,E-~x2G,E+E-~x2G-~x1!#%&4567()*+89:;~x/(!EAE,E-~x1,-./=>?@0123ABCD~x/(4E@EAE?}7h&}C}8[%0E4h4}8F40#/\
/E+E>h+}C~x5~x~%#F+E9E7E>}:}8F9E(E>}8F(0#//h!F(&gE(E8o(gE%E(h%}C}8G4M%!E!}9h&}DF6E4E6[%!E6E=}8F=E!E#}8F!E(h#\
}8F(0#//E%hg}9F%E5h4}8F50#//E=/}{&%*}N&}J&gE(E/q(gE&E)E/}:h%}C}8F0E!F.~x0!!!!}O!!!!#!!}O#!!F2E*F,&gE,h(}8G-E\
+s(gE0E,h%}C}8~x!(!G3~x0!!!!!!!!!!!!!!!!~xi~x}u#G,h(}C~x!(}O%F4E.E3E4~x2G3E2E4~x2G4~x1!#%&4567()*+89:;~x/(!E\
.E3E4~x1,-./=>?@0123ABCD~x/(4E.E,}7h&}C}8F.E2~x0!%!!!%!!!%!!!%!!~x~%#F2E-F,0#//E%E/h%}C}8E+E,q(}NE0E,h%}C}8~\
x!(!G3~x0!!!!!!!!!!!!!!!!~xi~x}u#h#E+E,}9}Ch#}9}@G,h(}C~x!(}O%F4E.E3E4~x2G3E2E4~x2G2~x1!#%&4567()*+89:;~x/(!\
E.E3E2~x1,-./=>?@0123ABCD~x/(4E.E,}7h&}C}8)E./E!}9h&}DG,[%!E,E1}8F1E!E#}8F!E/h#}8F/0#//E1/~S&%(}N*}JE*lE+j!!\
!!})G,E,@(gE)j!!!!})(gE#F,E%F-E(~x7F2E!G.E&h%}C}8F/&gE.E/p(gE0E.~x!(!E2E-~x!(!~x~a#~x~_#~x~^#F0E.h4}8F.E-h4}\
8F-E,h4}8F,0#//)E#F-E%F,E(~x7F2E)~x7F3E!G.E&h%}C}8F/&gE.E/p(gE0E.~x!(!E2E3E-~x!(!~x~a#E,~x!(!~x~^#~x~a#~x~_#\
~x~^#F0E.h4}8F.E,h4}8F,E-h4}8F-0#///)~x0!!~8}N!!~8}N!!~8}N!!~8}NF0/E0E0~x~_#~x0!!!!!!!!!!!!!!!!~xh~x}t#(}Nh#\
)E(~x7F4E)~x7F5E+~x7F2E+j!!!!}*F,E)j!!!!}*F-E!E&h%}C}8F&&gE!E&p(gE%~x!(!G0E2E!~x!(!G3~x~a#~x~^#E0E,@F0E1E3E4\
E0E-(gE5E#~x!(!~x~a#E0~x~^#F0/E5E0~x~a#~x~^#E0E*@~x~a#~x~_#G0E0~x~_#~x~^#F1E!h4}8F!E%h4}8F%E#h4}8F#0#//E1E1~\
xi~xzl//~A&%*}J#}NE*lE+j!!!!})G2E2@F2E)j!!!!})(gE(~x7F,E+~x7F-E+j!!!!}*F2E!E&h%}C}8F&&gE!E&p(gE%~x!(!G.E-E!~\
x!(!G/~x~a#~x~^#E.E2@F.E!E/E,E.~x0!!!!!!!!!!!!!!!!E.~x~a#~x~^#E.E*@~x~a#~x~_#~x/(!E!h4}8F!E%h4}8F%E#h4}8F#0#\
//)E2(gE(~x7F,E)~x7F-E!E&h%}C}8F&&gE!E&p(gE!~x!(!F.E#E-E#~x!(!~x~a#E%~x!(!~x~^#G/~x/(!E!E.E,E/~x~a#~x~_#~x/(\
!E!h4}8F!E%h4}8F%E#h4}8F#0#//)E(~x7F.E)~x7F/E+~x7F0E+j!!!!}*F2E!E&h%}C}8F&&gE!E&p(gE#E/E#~x!(!~x~a#E%~x!(!G-\
E0E!~x!(!G,~x~a#~x~^#E-E2@G1~x~^#G-~x/(!E!E,E.E1E/E-~x~a#~x~^#E-E*@~x~a#~x~_#~x/(!E!h4}8F!E%h4}8F%E#h4}8F#0#\
/////})#&}NE&h%}CF(&gE%E)q(gh!F&&gE&E(p(gE!E&}8G*E*~x!(!E#E&}8~x!(!~x~^#~x/(!E&h4}8F&0#//E#E(}8F#E)h#}8F)0#/\
//}Z##(}N&gE%E+q(gh!F)E#F*&gE)h(}8G(E&s(gE!E!~x!(!E*~x!(!~x~^#~x/(!E(F)E!h4}8F!E*h4}8F*0#//&gE&E)q(gE!E!O%!E\
*O%!}c^%!E)h#}8F)E!h(}8F!E*h(}8F*0#//E+h#}8F+0#///~!(%=}N#}JE1E-h(}8h+}C}8F9E&h&}8h}K}@FGE)h%}CFFh(E(h%}CE*@\
F@E&h%}Ch(E*@FEE2F8&gE3E8q(ghEE)E8h)}CGJ}9G*E*hEq@GLh(s(}Nh#)ELh,s(}Nh%)h(h,ELh4s@//FDE!EJh%}C}8FCE.F7E0F6h!\
F*&gE(E*q(gE*E-}8G2E(E(E2q@G:E(mG?E+(}NE1E%E(EJELE*E:4#)E1E%E)EJELE*E:4%/G2E2@G4(gELEDh%}CmF4/E*h!nFBh(h!E,@\
FAE2(gEDE7E/E6E&E1E9ECE9E4@EFh}O#E4@EBEAh%E4@}A4()E#E*EE}:}8F5E:E*}9F=E9F2h!FI&gE&EIq(gEBl(gE2h!h}O#~w/!/E5F\
;E1F:h!FH&gE=EHq(gE;~x-%!FMh!FK&gEKh}O#p(gE2EK}8G>E>~x!(!EME:EK}8~x!(!~x~a#~x~^#~x/(!EKh4}8FK0#//E;EE}8F;E:h\
}O#}8F:EHh#}8FH0#//E5E@}8F5E2h}O#}8F2EIh#}8FI0#///E4lE?}@(gE9E&ELECEFEA4!/E7E/EG}:}8F7E6EGh%}C}8F6E*E-}8F*0#\
//E8h#}8F80#///}x&%,}N(}JE/E.}9h%}CF6E)h%}CF4&gE&E5q(gE-h!E6h3}8h}?}@~w/!E#E*E5}:}8F1E%E.h%}C}8F2h!F3&gE3h(}\
8E(s(gE1~x-%!F:E+E1}8~x-%!F;E1E+h#}C}8~x-%!F8E1E+h&}:}8~x-%!F9h!F0&gE0E6p(gE-E0}8G7E7~x!(!E:E0E2}8G7~x!(!~x~\
a#~x~^#E;E4E7}8~x!(!~x~a#~x~^#E8E7E4h#}C}8~x!(!~x~a#~x~^#E9E7E4h&}:}8~x!(!~x~a#~x~^#~x/(!E0h4}8F00#//E1E+h%}\
C}8F1E2E4h%}C}8F2E3h(}8F30#//&gE(E3q(gE1~x-%!F8h!F0&gE0E6p(gE-E0}8G7E7~x!(!E8E0E2}8~x!(!~x~a#~x~^#~x/(!E0h4}\
8F00#//E+E1}8F1E2E4}8F2E3h#}8F30#//E-h#E/E.}9E!E)E5}:E.}8h%}C}8h!h(h!E,@4!E5h#}8F50#///}t*%5}N/}JE-E,h(}8h+}\
C}8F2E&h&}8h}K}@F9E.F4&gE/E4q(ghEE)E4h)}CG=}9G.E.hEq@F?E#F0h!F.&gE(E.q(gE,E.}8G1E(E(E1q@F3E*(}NE-E%E(E=E?E.E\
34#)E-E%E)E=E?E.E34%/?E0F1E3E.}9F;E2F3E.h!nF8h!F:&gE&E:q(gE?h%}CF7h!F@&gE7E@r(gE1F5E-E@}8F>E3E@}8FA~x0!!!!!!\
!!!!!!!!!!FK~x0!!!!!!!!!!!!!!!!FJ~x0!!!!!!!!!!!!!!!!FI~x0!!!!!!!!!!!!!!!!FH~x0!!!!!!!!!!!!!!!!FG~x0!!!!!!!!!\
!!!!!!!FF~x0!!!!!!!!!!!!!!!!FEE8(}JEA~x!(4FKEA~x!(}O#FJEA~x!(}a#FIEA~x!(}O%FHEA~x!(}a%FGEA~x!(}O&FFEA~x!(}a&\
FEEA~x!(!)~x0!!!!!!!!!!!!!!!!/FLE5E;h(}C}8F6&gE5E6p(gELE5~x-%!GBE>~x!(!GD~x~a#~x~^#FLEKEBE>~x!(4GC~x~a#~x~^#\
FKEJE5~x-%(GBED~x~a#~x~^#FJEIEBEC~x~a#~x~^#FIEHE5~x-%,GBED~x~a#~x~^#FHEGEBEC~x~a#~x~^#FGEFE5~x-%0GBED~x~a#~x\
~^#FFEEEBEC~x~a#~x~^#FEE5h4}8F5E>h}O#}8F>0#//EAEL~x/(!EAEK~x/(4EAEJ~x/(}O#EAEI~x/(}a#EAEH~x/(}O%EAEG~x/(}a%E\
AEF~x/(}O&EAEE~x/(}a&E@hE}8F@0#//E1E;h(}C}8F1E3h}O(}8F3E:h(}8F:0#//E0E9E;}:h%}C}8F0E,E.}8F.0#//E2E&E?E!E=h%}\
C}8E)h%}Ch(h!E+@4!E4h#}8F40#///}x##(}N&gE%E*q(gE%E*}9F,E&F)&gE(E)q(gE#E%E)}:E*}8h%}C}8F+E,h(u(gE!E+~x!(!~x/(\
!)E!E+O%!^%!E!E,h#q(}LE+O%()j!!!!/^%(E!E,h%q(}LE+O%,)j!!!!/^%,E!j!!!!^%0/E!h4}8F!E)h#}8F)0#//E*h(}8F*0#///~n\
&%+}N*}JE)E(}9F,&gE%E+q(gE#E&E+}:E(}8h%}C}8F-E#E+h#}8G)E%h#}9G*E)E*o@E&}:E(}8h%}C}8F.E#E+h%}8G)E*E)E*o@E&}:E\
(}8h%}C}8F/E#E+h&}8G)E*E)E*o@E&}:E(}8h%}C}8F0h!F)&gE)h(}8G*E,s(gE!E-E)h%}CG)}8~x!(!G3E)E.}8~x!(!G4~x1!#%&456\
7()*+89:;G5E)E/}8~x!(!G6E)E0}8~x!(!G1~x1!#%&4567()*+89:;G2~x1!#%&()*+456789:;~x/(!E!E5E2~x1,-./0123=>?@ABCD~\
x/(4E!E3E4~x1,-./=>?@0123ABCDG2E6E1~x1,-./=>?@0123ABCDG1~x1!#%&()*+456789:;~x/(EE!E2E1~x1,-./0123=>?@ABCD~x/\
(UE!hg}9F!E*F)0#//&gE)E,o(gE!E-E)h%}CG*}8O%!^%!E!E*E.}8O%!^%(E!E*E/}8O%!^%,E!E*E0}8O%!^%0E!h4}8F!E)h#}8F)0#/\
/E+h(}8F+0#///\
`,
};

/** What they export. Addresses and steps are in bytes, lengths in numbers. */
export interface WeightKernels {
  packRows(target: number, a: number, m: number, k: number, from: number, to: number): void;
  packRowsTransposed(target: number, a: number, m: number, from: number, to: number): void;
  multiplySparse(
    out: number, a: number, b: number, m: number, k: number, n: number, transposeA: number, transposeB: number,
    accumulate: number, depth: number, lists: number, listBytes: number, counts: number, workspace: number,
    firstPanel: number, endPanel: number,
  ): void;
  multiplyDense(
    out: number, rows: number, b: number, m: number, k: number, n: number, transposeB: number, accumulate: number,
    depth: number, workspace: number, firstPanel: number, endPanel: number,
  ): void;
  multiplyFew(
    out: number, a: number, b: number, m: number, k: number, n: number, rowBytes: number, columnBytes: number,
    accumulate: number, sums: number, from: number, to: number,
  ): void;
  addRow(y: number, b: number, rows: number, columns: number): void;
  sumRows(sums: number, x: number, rows: number, columns: number): void;
  sgdStaysFinite(
    value: number, velocity: number, gradient: number, length: number, rate: number, momentum: number,
    nesterov: number, decay: number,
  ): number;
  sgd(
    value: number, velocity: number, gradient: number, length: number, rate: number, momentum: number,
    nesterov: number, decay: number,
  ): void;
  compressRows(
    lists: number, listBytes: number, counts: number, a: number, m: number, k: number, from: number, to: number,
  ): number;
  compressRowsTransposed(
    lists: number, listBytes: number, counts: number, a: number, m: number, from: number, to: number,
  ): number;
}
