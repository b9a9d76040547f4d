/** Compiled kernels that only some networks need: made by `npm run build:kernels` from kernels/, never by hand. */
export const FAMILY_KERNELS = {
  /** Where it says whether its memory is shared. */
  limitsAt: 211,
  /** Its bytes, as text-codec.ts reads them. */
  text: `\
!}/}B};#!!!#~1#3}..}N}N}N}N}N}N}N}N}N}N!}./}N}N}N}N}N}N}N}N}N}N}N!}.+}N}N}N}N}N}N}N!}.)}N}N}N}N}N!}.-}N}N}N}\
N}N}N}N}N}N!}.1}N}N}N}N}N}N}L}L}L}L}L}L}N!}.+}N}N}N}N}L}L}L!}.1}N}N}N}N}N}N}N}N}N}N}N}N}N!}.*}N}N}N}N}N}N!}.\
3}N}N}N}N}N}N}N}N}N}N}N}N}N}N}N!}.)}N}N}N}L}N#}N}.(}N}N}N}N!}.,}N}N}N}N}N}N}N}N!}..}N}N}N}N}N}L}L}L}L}L#}L}.\
2}N}N}N}N}N}L}L}L}L}L}L}L}L}L!%6#&}3}=}E*};}3};}>}A}H%&#}O}O(&=;!%!%)*+&,(#!-.##/&0!(12+~5%9.}/}2}2z}6}7}4}C\
}3}2!&3};}D}:}C}7}?}:}Hz}6}7}4}C}3}2!%-}/}2}/};y}3}/}1}6!9(}/}2}/};!:.}B}D};j}>}:}D};}=}B!44}B}D};j}>}:}D};}\
=z}@}D}/}A}3}B!54}=}>}A};}/}:}7}I}3j}>}:}D};}=}B!83}B}D};j}>}:}D};}=z}:}>}?}3}B!6=}=}>}A};}/}:}7}I}3j}>}:}D}\
;}=}Bi}/}1}9}F}/}A}2!7+}3}=}4}A}/};}3!3+}D}=}4}A}/};}3!2+};}/}Gu}>}A};!14}/}2}2w}/}C}1}6w}A}>}2}D}1}C}B!0-}B\
}D};w}:}/}=}3}B!+3}B}D};w}:}/}=}3z}@}D}/}A}3}B!,3}=}>}A};}/}:}7}I}3w}:}/}=}3}B!/2}B}D};w}:}/}=}3z}:}>}?}3}B!\
-;}=}>}A};}/}:}7}I}3w}:}/}=}3}Bi}/}1}9}F}/}A}2!.+};}/}Gw}>}>}:!*+}A};}Bw}A}>}?!(+}/}2}/n}A}/}2!).}^p;~20&-}J\
&}N#}ME!h,m(g&gE(E7q(g~x0!!!!!!!!!!!!!!!!F2~x0!!!!!!!!!!!!!!!!F0~x0!!!!!!!!!!!!!!!!F1~x0!!!!!!!!!!!!!!!!F/~x\
0!!!!!!!!!!!!!!!!F3~x0!!!!!!!!!!!!!!!!F4~x0!!!!!!!!!!!!!!!!F5E-h#}@(}JE*~x!(4F2E*~x!(EF0E*~x!(UF1E*~x!(gF/E*\
~x!(wF3E*~x!(}.F4E*~x!(}?F5E*~x!(!)~x0!!!!!!!!!!!!!!!!/F.E#E&M%!h&}C}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7G6E)E:i\
E}W}x}8G9~x!(!~x~a#~x~^#F.E2E6E9~x!(4~x~a#~x~^#F2E0E6E9~x!(E~x~a#~x~^#F0E1E6E9~x!(U~x~a#~x~^#F1E9l(gh!E.~x/(\
!h4E2~x/(!hEE0~x/(!hUE1~x/(!/E/E6E9~x!(g~x~a#~x~^#F/E3E6E9~x!(w~x~a#~x~^#F3E4E6E9~x!(}.~x~a#~x~^#F4E5E6E9~x!\
(}?~x~a#~x~^#F5E!h,}8F!0#//E*E+E-h%}@@G!E-h(}@(}JE!~x!(4E2~x~^#F2E!~x!(EE0~x~^#F0E!~x!(UE1~x~^#F1E!~x!(gE/~x\
~^#F/E!~x!(wE3~x~^#F3E!~x!(}.E4~x~^#F4E!~x!(}?E5~x~^#F5E!~x!(!E.~x~^#)E./~x/(!E!E2~x/(4E!E0~x/(EE!E1~x/(UE!E\
/~x/(gE!E3~x/(wE!E4~x/(}.E!E5~x/(}?E#E%}8F#E&h(}8F&E*h}O#}8F*E+E,}8F+E7h#}8F70#//)E!h(m(g&gE(E7q(g~x0!!!!!!!\
!!!!!!!!!F/~x0!!!!!!!!!!!!!!!!F0~x0!!!!!!!!!!!!!!!!F1E-h#}@(}JE*~x!(4F/E*~x!(EF0E*~x!(UF1E*~x!(!)~x0!!!!!!!!\
!!!!!!!!/F.E#E&M%!h&}C}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7G2E)E:iE}W}x}8G9~x!(!~x~a#~x~^#F.E/E2E9~x!(4~x~a#~x~^\
#F/E0E2E9~x!(E~x~a#~x~^#F0E1E2E9~x!(U~x~a#~x~^#F1E!h,}8F!0#//E*E+E-h%}@@G!E-h(}@(}JE!~x!(4E/~x~^#F/E!~x!(EE0\
~x~^#F0E!~x!(UE1~x~^#F1E!~x!(!E.~x~^#)E./~x/(!E!E/~x/(4E!E0~x/(EE!E1~x/(UE#E%}8F#E&h(}8F&E*h}O#}8F*E+E,}8F+E\
7h#}8F70#//)E!h%m(g&gE(E7q(g~x0!!!!!!!!!!!!!!!!F/E-h#}@(}JE*~x!(4F/E*~x!(!)~x0!!!!!!!!!!!!!!!!/F.E#E&M%!h&}C\
}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7G0E)E:iE}W}x}8G9~x!(!~x~a#~x~^#F.E/E0E9~x!(4~x~a#~x~^#F/E!h,}8F!0#//E*E+E-h\
%}@@G!E-h(}@(}JE!~x!(4E/~x~^#F/E!~x!(!E.~x~^#)E./~x/(!E!E/~x/(4E#E%}8F#E&h(}8F&E*h}O#}8F*E+E,}8F+E7h#}8F70#/\
/)&gE(E7q(gE-h#}@(}JE*~x!(!)~x0!!!!!!!!!!!!!!!!/F.E#E&M%!h&}C}8F8E#F!&gE!E8p(gE.E!N&!G:}x~6~x7E)E:iE}W}x}8~x\
!(!~x~a#~x~^#F.E!h,}8F!0#//E*E+E-h%}@@G!E-h(}@(}JE!~x!(!E.~x~^#)E./~x/(!E#E%}8F#E&h(}8F&E*h}O#}8F*E+E,}8F+E7\
h#}8F70#//////~%(%-}N*}J&gE&E2q(gE#E2h%}CG-E%}8M%!}8F1E#E%E2h#}8G+E&h#}9G,E+E,o@h%}C}8M%!}8F0E#E%E2h%}8G+E,E\
+E,o@h%}C}8M%!}8F/E#E%E2h&}8G+E,E+E,o@h%}C}8M%!}8F.E!E-}8F3h!F-&gE(E-q(gh!F,&gE,h(}8G+E*s(gE3E,h%}CG,E1}8~x!\
(!G7E,E0}8~x!(!G6~x1!#%&4567()*+89:;G5E,E/}8~x!(!G4E,E.}8~x!(!G9~x1!#%&4567()*+89:;G8~x1!#%&()*+456789:;~x/(\
!E3E5E8~x1,-./0123=>?@ABCD~x/(}O#E3E7E6~x1,-./=>?@0123ABCDG5E4E9~x1,-./=>?@0123ABCDG4~x1!#%&()*+456789:;~x/(\
}O%E3E5E4~x1,-./0123=>?@ABCD~x/(}O&E3h}O(}8F3E+F,0#//&gE*E,q(gE3E,h%}CG+E1}8O%!^%!E3E+E0}8O%!^%(E3E+E/}8O%!^\
%,E3E+E.}8O%!^%0E3h}O#}8F3E,h#}8F,0#//E)E1}8F1E)E0}8F0E)E/}8F/E)E.}8F.E-h#}8F-0#//E2h(}8F20#///}V.%1}N0}JE*E\
,}:h%}CF2&gE%E3q(gE-E3h%}C}8~x!(!F;E!E2E3}:}8F5E(F0h!F6&gE*E6q(gh!F4&gE,E4q(gE4h%}CG.E5}8F1E.E0}8F:E)F.E,E4}\
9F9~x0!!!!!!!!!!!!!!!!F=~x0!!!!!!!!!!!!!!!!F>~x0!!!!!!!!!!!!!!!!F?~x0!!!!!!!!!!!!!!!!F@~x0!!!!!!!!!!!!!!!!FA\
~x0!!!!!!!!!!!!!!!!FB~x0!!!!!!!!!!!!!!!!FC~x0!!!!!!!!!!!!!!!!FDE#G/E&h(}C}8F7&gE/E7p(gE=E/~x-%!GFE:E.M%!}8G8\
~x!(!GE~x~a#~x~^#F=E>EFE8~x!(4GF~x~a#~x~^#F>E?E/~x-%(GGEE~x~a#~x~^#F?E@EGEF~x~a#~x~^#F@EAE/~x-%,GGEE~x~a#~x~\
^#FAEBEGEF~x~a#~x~^#FBECE/~x-%0GGEE~x~a#~x~^#FCEDEGEF~x~a#~x~^#FDE/h4}8F/E.h(}8F.0#//E=E;~xD!~x7G=~x~^#FEE9h\
(u(gE1EE~x/(!)E9h!q(gE1EE~x}(%!!/E9h#q(gE1EE~x}(%(#/E9h%q(gE1EE~x}(%,%//E1h4}8F.E>E=~x~^#F=E9h(}9G/h(u(gE.E=\
~x/(!)E/h!q(gE.E=~x}(%!!/E/h#q(gE.E=~x}(%(#/E/h%q(gE.E=~x}(%,%//E%E3}9G.h#q(gE1E2}8F/E?E;~xD#~x7G=~x~^#F>E9h\
(u(gE/E>~x/(!)E9h!q(gE/E>~x}(%!!/E9h#q(gE/E>~x}(%(#/E9h%q(gE/E>~x}(%,%//E1E2}8h4}8F/E@E=~x~^#F=E9h(}9G7h(u(g\
E/E=~x/(!)E7h!q(gE/E=~x}(%!!/E7h#q(gE/E=~x}(%(#/E7h%q(gE/E=~x}(%,%///E.h%q(gE1E2h#}C}8F/EAE;~xD%~x7G=~x~^#F>\
E9h(u(gE/E>~x/(!)E9h!q(gE/E>~x}(%!!/E9h#q(gE/E>~x}(%(#/E9h%q(gE/E>~x}(%,%//E1E2h#}C}8h4}8F/EBE=~x~^#F=E9h(}9\
G7h(u(gE/E=~x/(!)E7h!q(gE/E=~x}(%!!/E7h#q(gE/E=~x}(%(#/E7h%q(gE/E=~x}(%,%///E.h&q(gE1E2h&}:}8F.ECE;~xD&~x7G=\
~x~^#F>E9h(u(gE.E>~x/(!)E9h!q(gE.E>~x}(%!!/E9h#q(gE.E>~x}(%(#/E9h%q(gE.E>~x}(%,%//E1E2h&}:}8h4}8F.EDE=~x~^#F\
=E9h(}9G/h(u(gE.E=~x/(!)E/h!q(gE.E=~x}(%!!/E/h#q(gE.E=~x}(%(#/E/h%q(gE.E=~x}(%,%///E4h,}8F40#//E5E,h%}C}8F5E\
+E0}8F0E6h#}8F60#//E#E&h(}C}8F#E3h(}8F30#///~0##)}N&gE&E.q(gE!E#E.h%}C}8M%!}8F/h!F-&gE(E-q(gh!F+&gE+h(}8G,E*\
s(gE/E+h%}C}8G+E+~x!(!E%~x!(!~x~^#~x/(!E,F+E%h4}8F%0#//&gE*E+q(gE/E+h%}C}8G,E,O%!E%O%!}c^%!E+h#}8F+E%h(}8F%0\
#//E)E/}8F/E-h#}8F-0#//E.h#}8F.0#///~.%%-}J(}NE*~x7F2E+~x7F3E,~x7F4E-~x7F5E.~x7F6E/~x7F7E/j!!!!}*F;E.j!!!!}*\
F=&gE:E)h%}Cp(gE2E#E:}8G>~x!(!~x~a#E3E(E:}8~x!(!G1E7E!E:}8~x!(!G8~x~a#~x~^#E1E;@G1E1~x~a#~x~a#~x~^#F9E>E9~x/\
(!E1E0(}JE2E%E:}8G>~x!(!~x~a#E3E1~x~a#~x~^#F1E>E1~x/(!~x0!!!!!!!!!!!!!!!!E9E1E1~x~a#~x~_#~x~d#)E9/~x~]#E5~x~\
^#~x~b#F1E=(gE6E&E:}8G>~x!(!~x~a#E1~x~^#F1E>E1~x/(!/E!E:}8E8E4E1~x~a#~x~_#~x/(!E:h4}8F:0#///}m#%(}N*}JE(~x7F\
/E)~x7F0E*~x7F1E*j!!!!}*F,&gE+E&h%}Cp(gE#E+}8G-~x!(!E%E+}8~x!(!G3E1E!E+}8G.~x!(!G2~x~a#~x~^#E3E,@G3E3~x~a#~x\
~^#F4E-E4~x/(!E.E2E/E3E4~x~]#E0~x~^#~x~b#~x~a#~x~_#~x/(!E+h4}8F+0#///}q(%)}J-}N~x0!!!!#!!!%!!!&!!!E0~x5~x~-#\
F4&gE(E:q(gh!F;&gE+E;q(gh!F>&gE,E>q(gE)E:}:E/E;}:}8E*}:E>E,h(}9G6E6E>q@G7E0}:}8G6E&}8~x5E4~x~%#F2E%E6h%}C}8F\
?%}JE0h#m(gE?~x!(!0#/E0h%m(gE?~x!(!E?~x!(4~x1!#%&,-./4567=>?@0#/E?E0h%}CG6h&}:}8E?E6h#}C}8E6E?}8E?~x}*%!~x}!\
%!#~x}!%!%~x}!%!&/F5E2F1h!F9&gE-E9q(gh!F=&gE.E=q(gE?E=h%}C}8F6%}JE0h#m(gE6~x!(!0#/E0h%m(gE6~x!(!E6~x!(4~x1!#\
%&,-./4567=>?@0#/E6E0h%}CG8h&}:}8E6E8h#}C}8E6E8}8E6~x}*%!~x}!%!#~x}!%!%~x}!%!&/G3E5E3E5~xkE3E3~xi~xwG3~xyF5E\
2E=~x5~x~%#E1E3~xyF1E=h#}8F=0#//E2E*~x5~x~%#F2E?E*h%}C}8F?E9h#}8F90#//E7h%}CG6E!}8E5~x/(!E#E6}8E1~x/(!E>h(}8\
F>0#//E,h%}CG6E!}8F!E#E6}8F#E;h#}8F;0#//E:h#}8F:0#///~(%%)}N(}KE(h%}CF*&gE%E,q(gh!F+E!F(&gE+h(}8E&s(gE(P&!F.\
E(P&,F/E(P&4F0E(P&=F1E*E#G)}8F-&gE)E-p(gE.E)O%!~3}qF.E/E)E*}8O%!~3}qF/E0E)E*h#}C}8O%!~3}qF0E1E)E*h&}:}8O%!~3\
}qF1E)h(}8F)0#//E(E._&!E(E/_&,E(E0_&4E(E1_&=E+h(}8F+E(hE}8F(E#E*h%}C}8F#0#//&gE&E+q(gE(P&!F.E#E*}8F)&gE#E)p(\
gE.E#O%!~3}qF.E#h(}8F#0#//E(E._&!E+h#}8F+E(h,}8F(0#//E,h#}8F,0#///}]&%*}N,}KE)h%}CF,&gE&E.q(gh!F-E!F)E%F*&gE\
-h(}8E(s(gE*P&!F4E*P&,F5E*P&4F6E*P&=F7E)P&!F0E)P&,F1E)P&4F2E)P&=F3E,E#G+}8F/&gE+E/p(gE0E+O%!~3E4}rG0E0}s}qF0\
E1E+E,}8O%!~3E5}rG1E1}s}qF1E2E+E,h#}C}8O%!~3E6}rG2E2}s}qF2E3E+E,h&}:}8O%!~3E7}rG3E3}s}qF3E+h(}8F+0#//E)E0_&!\
E)E1_&,E)E2_&4E)E3_&=E-h(}8F-E)hE}8F)E*hE}8F*E#E,h%}C}8F#0#//&gE(E-q(gE*P&!F1E)P&!F0E#E,}8F+&gE#E+p(gE0E#O%!\
~3E1}rG0E0}s}qF0E#h(}8F#0#//E)E0_&!E-h#}8F-E)h,}8F)E*h,}8F*0#//E.h#}8F.0#///~C#((}N#}J%}L#}K&gE*E0q(gh!F.&gE\
+E.q(gE.h&}CG/h#}EG-E(}8O%!F2E)E-}8O%!F3E#E/}8E!E/}8~x}+&!~x}#&!#F1h!F-&gE,E-q(gE1E%O%!~3G4~x8E4E&O%!E2}dE3}\
e~3}s~xG#~x~k#F1E-h#}8F-E&h(}8F&E%h(}8F%0#//E!E/}8E1~x})&!!E#E/}8E1~x})&!#E.h#}8F.0#//E0h#}8F00#///~d#%(}N)}\
J&gE,E1q(gh!F0&gE-E0q(gE0h%}CG/E&}8~x-%!F3E(E/}8~x-%!F4E)E/}8~x-%!F5E*E/}8~x-%!F6E+E/}8~x-%!F7h!F/&gE.E/q(gE\
/E.h(}9G2E/E2o@h%}CG2E!}8E5E#E2}8~x!(!E6~x~_#E%E2}8~x!(!E3~x~_#E4~x~a#E7~x~a#~x~_#~x~a#~x/(!E/h(}8F/0#//E.h%\
}CG/E%}8F%E#E/}8F#E!E/}8F!E0h#}8F00#//E1h#}8F10#///~H#%(}N)}J&gE+E0q(gh!F/&gE,E/q(gE/h%}CG.E%}8~x-%!F3E&E.}8\
~x-%!F4E(E.}8~x-%!F5E)E.}8~x-%!F6h!F.&gE-E.q(gE.E-h(}9G1E.E1o@h%}CG1E#}8~x!(!E3~x~_#E4~x~a#F2E!E1}8E2E5~x~a#\
E6~x~^#E2E*@~x/(!E.h(}8F.0#//E-h%}CG.E#}8F#E!E.}8F!E/h#}8F/0#//E0h#}8F00#///}e)%:}N#}JE2E.E0}:h+}C}8F5E,h%}C\
FD&gE,E@q(ghEE,E@}9G3E3hEq@G?h(s(}Nh#)E?h,s(}Nh%)h(h,E?h4s@//FEE!E@h%}C}8F;E&F9E)F:h!F>&gE-E>q(gE.E>}8G3E-E-\
E3q@G3E-mFFE2E*E/E>}:}8E+E@h%}C}8E?E3E>}9E/E04#EFE1E1@G6(gE?EEh%}CmF6/E>h!nF=E1(gEEE9E(E:E%E2E5E;E5E6@EDh}O#\
E6@E=h(h%E6@}A4!)E#E0E>}:h%}C}8F8E-E0}:h%}CFGE3E>}9E0}:FHE5F4h!FB&gE%EBq(gE=h#}@l(gE4h!h}O#~w/!/E8F3E2F7h!FC\
&gECEHo(gE3~x-%!FJh!FA&gEAh}O#p(gE4EA}8GIEI~x!(!EJE7EA}8~x!(!~x~a#~x~^#~x/(!EAh4}8FA0#//E3h(}8F3E7h}O#}8F7EC\
h#}8FC0#//E8EG}8F8E4h}O#}8F4EBh#}8FB0#///E6lEF}@(gE5F7E;F4h!F8&gE%E8q(gh!F3&gE3h(}8G6E?s(gE3h%}CG=E4}8G3E3~x\
!(!E7E=}8~x!(!~x~^#~x/(!E6F30#//&gE3E?o(gE3h%}CG=E4}8G6E6O%!E7E=}8O%!}c^%!E3h#}8F30#//E7h}O#}8F7E4ED}8F4E8h#\
}8F80#///E9E%E(}:}8F9E:E%h%}C}8F:E.E>}8F>0#//E@hE}8F@0#///~j&()}N%}J%}L#}KE(h!E%h&}8h}K}@h&}C~w/!E!F*&gE#E-q\
(gE(F)h!F+&gE+h(}8G,E%s(gE)E)~x!(!E*~x!(!G.~x}-G/E/~x~m#~x~k#~x/(!E)E)~x!(4E.E.~x1,-./0123!#%&()*+~x}-G.E.~x\
~m#~x~k#~x/(4E,F+E*h4}8F*E)hE}8F)0#//&gE%E+q(gE)E)P&!E*O%!~3G2E2}s}q_&!E+h#}8F+E*h(}8F*E)h,}8F)0#//E-h#}8F-0\
#//h!F+h!F*&gE%E*q(gE(E*h&}C}8P&!}p~.G0E&}-G)lE&E0}fG1j!!}O!}+}@E0E0}dj!!!!}*}A(gh!3/E+h#E)@F+E(E*h%}C}8j!!}\
OfE1E)@^%!E*h#}8F*0#//E+l(gh#3/E!F*h!F+&gE#E+q(gE(F!h!F)&gE)h(}8G,E%s(gE*E*~x!(!E!~x!(!~x~a#~x/(!E,F)E*h4}8F\
*E!h4}8F!0#//&gE%E)q(gE*E*O%!E!O%!}e^%!E)h#}8F)E*h(}8F*E!h(}8F!0#//E+h#}8F+0#//h#/~###)}N&gE%E2q(gE#E*E-}:}8\
F0h!F1&gE&E1q(gE+h#m(gE!E0E.h%}C}8E(h%}CG/~w.!!E!E/}8F!)h!F/&gE(E/q(gE!E0E.E/}8G3E+}>E,}:}8E3E+};h%}C}8O%!^%\
!E/h#}8F/E!h(}8F!0#///E1h#}8F1E*E0}8F00#//E#E)}8F#E2h#}8F20#///~###)}N&gE%E2q(gE!E*E-}:}8F0h!F1&gE&E1q(gE+h#\
m(gE0E.h%}C}8E#E(h%}CG/~w.!!E#E/}8F#)h!F/&gE(E/q(gE0E.E/}8G3E+}>E,}:}8E3E+};h%}C}8E#O%!^%!E/h#}8F/E#h(}8F#0#\
///E1h#}8F1E*E0}8F00#//E!E)}8F!E2h#}8F20#///~F#%)}N&}JE&h%}CF(&gE%E*q(gE#h,E%E*}9G&E&h,q@E(}:}8F,h!F&&gE&E(p\
(gE!E&h#}C}8G+~x!(!F-E+~x!(4F.E#E&}8F)&gE)E,p(gE-E)~x!(!G/~x}-~x~k#F-E.E/E/~x1,-./0123!#%&()*+~x}-~x~k#F.E(E\
)}8F)0#//E+E-~x/(!E+E.~x/(4E&h4}8F&0#//E*h,}8F*E#E(h&}C}8F#0#///~w#%)}N)}JE(h%}CF*&gE&E+q(gE#h,E&E+}9G(E(h,q\
@E*}:}8F,h!F(&gE(E*p(gE(h#}CG)E%}8G-~x!(!F0E-~x!(4F1E!E)}8G-~x!(!F.E-~x!(4F/E#E(}8F)&gE)E,p(gE.E)~x!(!G2~x}-\
E0~x~l#G.E.~x~m#~x~k#F.E/E2E2~x1,-./0123!#%&()*+~x}-E1~x~l#G/E/~x~m#~x~k#F/E)E*}8F)0#//E-E.~x/(!E-E/~x/(4E(h\
4}8F(0#//E+h,}8F+E#E*h&}C}8F#0#///~U%%,}J*}NE+h%}CF4E%E&}9F8&gE*E5q(gE&h,E*E5}9G%E%h,q@E4}:}8F9h!F%&gE%E4p(g\
E%E(}8~x!(!F0E%E)}8~x!(!F1E%h#}CG+E!}8G6~x!(!F,E6~x!(4F-E#E+}8G7~x!(!F.E7~x!(4F/E%E&}8F+&gE+E9p(gE,E+E8}8~x!\
(!G2~x}-G3~x~k#F,E-E2E2~x1,-./0123!#%&()*+~x}-G2~x~k#F-E.E3E+~x!(!E0~x~_#E1~x~a#G3~x}-~x~m#~x~k#F.E/E2E3E3~x\
1,-./0123!#%&()*+~x}-~x~m#~x~k#F/E+E4}8F+0#//E6E,~x/(!E6E-~x/(4E7E.~x/(!E7E/~x/(4E%h4}8F%0#//E5h,}8F5E&E4h&}\
C}8F&0#///~i#%(}N)}JE-h%}CF0E#E%}9F1E!E%}9F-&gE,E.q(gE%h,E,E.}9G!E!h,q@E0}:}8F/h!F!&gE!E0p(gE!E&}8~x!(!F2E!E\
(}8~x!(!F3E!E)}8~x!(!F4E!E*}8~x!(!F5E!E+}8~x!(!F6E!E%}8F#&gE#E/p(gE#E-}8E4E#E1}8~x!(!E5~x~_#E#~x!(!E2~x~_#E3\
~x~a#E6~x~a#~x~_#~x~a#~x/(!E#E0}8F#0#//E!h4}8F!0#//E.h,}8F.E%E0h&}C}8F%0#///~K#%(}N)}JE,h%}CF-E!E#}9F/&gE+E.\
q(gE#h,E+E.}9G!E!h,q@E-}:}8F0h!F!&gE!E-p(gE!E%}8~x!(!F1E!E&}8~x!(!F2E!E(}8~x!(!F3E!E)}8~x!(!F4E!E#}8F,&gE,E0\
p(gE,E/}8E,~x!(!E1~x~_#E2~x~a#G5E3~x~a#E4~x~^#E5E*@~x/(!E,E-}8F,0#//E!h4}8F!0#//E.h,}8F.E#E-h&}C}8F#0#///~F%\
%.}J(}NE)~x7F0E*~x7F1E+~x7F2E,~x7F3E-~x7F4E-j!!!!}*F:&gE(E8q(g%}JE8h%}CG9E!}8~x!(!G5E(E8}9G;h(u1!?E5~x0!!!!#\
!!!%!!!&!!!E;~x5~x_~xu/F7E&E9}8~x!(!G5E5~x0!!!!#!!!%!!!&!!!E;~x5~x_G6~xuE;h(uG;@G5E4E7~x~a#~x~^#E5E:@F5E/E2E\
%E9}8~x!(!G/E/E6~xuE;@~x~a#E3E5E5~x~a#~x~a#~x~^#G/E/~x~_#~x~^#F/E.E7~x~Y#E0E#E9}8~x!(!G.E.E6~xuE;@~x~a#E1E5~\
x~a#~x~^#~x~Y#~x~d#~x~d#F.E8h(}8F80#//E.E/~x~^#G.~xD!E.~xD#}hE.~xD%E.~xD&}h}h/~s#%0}J)}NE)~x7F3E*~x7F4E+~x7F\
5E,~x7F6E-~x7F7E.~x7F8E/~x7F9E0~x7F:E1~x7F;E0j!!!!}*F@&gE?E(h%}Cp(gE3E#E?}8GA~x!(!~x~a#E4E&E?}8~x!(!G=E:E!E?\
}8GC~x!(!G2~x~a#~x~^#E=E@@G=~x~a#~x~^#F>E5E%E?}8GB~x!(!~x~a#E6E=E=~x~a#~x~a#~x~^#F=EAE>~x/(!EBE=~x/(!ECE2E;~\
x~a#E7E>E=~x~]#E8~x~a#E9~x~^#~x~b#~x~a#~x~_#~x/(!E?h4}8F?0#///\
`,
};

/** What they export. Addresses and steps are in bytes, lengths in numbers. */
export interface FamilyKernels {
  addShifted(
    x: number, offsets: number, rows: number, count: number, lines: number, lineBytes: number, width: number,
  ): void;
  multiplyShifted(
    out: number, rows: number, m: number, length: number, x: number, offsets: number, lines: number,
    lineBytes: number, width: number, biases: number,
  ): void;
  adamReach(
    value: number, mean: number, square: number, gradient: number, length: number, beta1: number, rest1: number,
    beta2: number, rest2: number, decay: number,
  ): number;
  adam(
    value: number, mean: number, square: number, gradient: number, length: number, beta1: number, rest1: number,
    beta2: number, rest2: number, rate: number, correction: number, epsilon: number, decay: number, shrink: number,
  ): void;
  sumColumns(sums: number, x: number, rows: number, columns: number): void;
  sumColumnSquares(sums: number, x: number, mean: number, rows: number, columns: number): void;
  normalizeColumns(
    y: number, x: number, mean: number, factor: number, w: number, b: number, affine: boolean, rows: number,
    columns: number,
  ): void;
  sumColumnSlopes(
    sums: number, products: number, dy: number, x: number, mean: number, factor: number, rows: number,
    columns: number,
  ): void;
  normalizeColumnsBackward(
    dx: number, dy: number, x: number, mean: number, factor: number, by: number, meanSlope: number, along: number,
    rows: number, columns: number,
  ): void;
  enframe(
    framed: number, x: number, planes: number, height: number, width: number, planeBytes: number, lineBytes: number,
    phases: number, partBytes: number, top: number, left: number,
  ): void;
  unframe(
    x: number, framed: number, planes: number, height: number, width: number, planeBytes: number, lineBytes: number,
    phases: number, partBytes: number, top: number, left: number,
  ): void;
  maxNorm(value: number, rows: number, columns: number, limit: number, squares: number): number;
  addPatchProducts(
    out: number, a: number, m: number, lists: number, listBytes: number, counts: number, x: number, offsets: number,
    taps: number, lines: number, linesAtOnce: number, lineBytes: number, width: number, finite: boolean,
    workspace: number,
  ): void;
  sumPlanes(sums: number, x: number, blocks: number, groups: number, inner: number): void;
  sumPlaneSquares(sums: number, x: number, mean: number, blocks: number, groups: number, inner: number): void;
  normalizePlanes(
    y: number, x: number, mean: number, factor: number, w: number, b: number, affine: boolean, blocks: number,
    groups: number, inner: number,
  ): void;
  sumPlaneSlopes(
    sums: number, products: number, dy: number, x: number, mean: number, factor: number, blocks: number,
    groups: number, inner: number,
  ): void;
  normalizePlanesBackward(
    dx: number, dy: number, x: number, mean: number, factor: number, by: number, meanSlope: number, along: number,
    blocks: number, groups: number, inner: number,
  ): void;
  maxPool(
    y: number, winners: number, x: number, first: number, planes: number, height: number, width: number,
    lines: number, columns: number, windowHeight: number, windowWidth: number, down: number, across: number,
  ): void;
  rmsProp(
    value: number, square: number, mean: number, velocity: number, gradient: number, length: number, alpha: number,
    rest: number, rate: number, epsilon: number, momentum: number, decay: number, centered: boolean,
  ): void;
  adaGrad(
    value: number, square: number, gradient: number, length: number, rate: number, epsilon: number, decay: number,
  ): void;
}
