import { Html } from './html';

/** The style of the page, light or dark as the reader has it. */
export const STYLE = new Html(`
:root { color-scheme: light dark; --line: light-dark(#ddd, #3a3a3a); --soft: light-dark(#f6f7f9, #1e2126);
  --text: light-dark(#1c1e21, #e6e6e6); --dim: light-dark(#63676e, #9aa0a8); --link: light-dark(#0b5cad, #7ab7ff) }
* { box-sizing: border-box }
body { margin: 0; display: grid; grid-template-columns: 18rem minmax(0, 1fr); font: 15px/1.55 system-ui, sans-serif;
  color: var(--text); background: light-dark(#fff, #15171a) }
a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem; border-right: 1px solid var(--line);
  background: var(--soft); font-size: 14px }
nav h1 { font-size: 1.2rem; margin: 0 } nav h1 a { color: inherit } nav p { margin: .25rem 0 0; color: var(--dim) }
nav h2 { font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); margin: 1.25rem 0 .25rem }
nav ul { list-style: none; margin: 0; padding: 0 } nav li { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
nav b { display: inline-block; min-width: 3.4em; font-size: .7rem }
main { padding: 1.5rem 2.5rem 4rem; max-width: 62rem }
section { border-top: 1px solid var(--line); padding: 1.25rem 0; scroll-margin-top: .5rem }
section:first-of-type { border-top: 0 }
h3 { margin: 0; font-size: 1.1rem } h4 { margin: 1.1rem 0 .35rem; font-size: .85rem; color: var(--dim) }
.route { margin: .35rem 0; font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
b[class] { font: 700 .75rem/1.4 ui-monospace, monospace } .route b { padding: .1rem .4rem; border-radius: .25rem; color: #fff }
.GET { color: light-dark(#0a6, #4d9) } .POST { color: light-dark(#06c, #6af) } .DELETE { color: light-dark(#c22, #f77) }
.PUT, .PATCH { color: light-dark(#a50, #fb5) }
.route .GET { background: #07845a } .route .POST { background: #0b5cad } .route .DELETE { background: #b3261e }
.route .PUT, .route .PATCH { background: #8a5200 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-top: 1px solid var(--line) } th { font-weight: 600; font-size: .8rem; color: var(--dim); border-top: 0 }
td table { margin-top: .25rem } td > code:first-child { white-space: nowrap }
code, pre { font: 13px/1.5 ui-monospace, monospace } pre { background: var(--soft); padding: .75rem 1rem; overflow-x: auto; margin: .35rem 0;
  border: 1px solid var(--line); border-radius: .4rem }
.dim { color: var(--dim) } .tag { font-size: .75rem; border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .5rem; margin-left: .4rem }
details { margin: .35rem 0 } summary { cursor: pointer } details ul { margin: .25rem 0 .5rem }
:target { background: light-dark(#fffbe6, #24221a) }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto; border: 0 } main { padding: 1rem } }
`);
