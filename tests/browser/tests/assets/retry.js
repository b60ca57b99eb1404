{let t=document.currentScript.dataset.token,
url=(u,n)=>n?u+"?retry="+n:u,
wait=n=>new Promise(y=>setTimeout(y,(1+Math.random())*(500<<n))),
bad=e=>RegExp("Importing a module|imported module.*"+t).test(e),
end=()=>{try{let s=sessionStorage,k="reloaded:"+t;
if(navigator.onLine&&!s[k]&&dispatchEvent(new Event("cachebreaker:reload",{cancelable:1})))s[k]=1,location.reload()}catch{}};
if(!t)throw"data-token?";
addEventListener("error",async({target:e},c)=>{
let[u,n]=e.$retry||[e.localName=="script"?e.src:e.rel=="stylesheet"&&e.href,0];
if(u&&u.includes(t)&&(n<3||end())){
await wait(n++);
c=document.createElement(e.localName);
for(let a of e.attributes)c.setAttribute(a.name,a.value);
c.nonce=e.nonce;c.async=e.async;
if(e.type=="module")c.src=url(u,n);
c.$retry=[u,n];e.replaceWith(c)}},1);
addEventListener("unhandledrejection",e=>bad(e.reason)&&end());
self.retryImport=async u=>{for(let n=0;;)try{return await import(url(u,n))}catch(e){
if(!bad(e)||n>2&&!end())throw e;await wait(n++)}}}
