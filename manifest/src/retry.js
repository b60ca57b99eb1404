{let d=document,{token:t,urls:b}=d.currentScript.dataset,a=addEventListener,
h=async(e,n,u,r=/module(: (.*)| script f)/.exec(e))=>{if(r&&(!r[2]||(u=r[2],b?!u.indexOf(new Request(b).url):u.includes(t)))){
try{if(n?n>2:(r=await fetch(u,{method:"HEAD"})).redirected|r.status==404)n=3,(r=sessionStorage)[u="reloaded:"+t]||navigator.onLine&&dispatchEvent(new Event("cachebreaker:reload",{cancelable:1}))&&location.reload(r[u]=0)}catch{}
return n<3&&new Promise(y=>setTimeout(y,(1+Math.random())*500<<n,1))}};if(!t)throw"data-token?";
a("error",async({target:e},c,[u,n]=e.$r||["text"in e?e.src:e.rel>"st"&&e.href,0])=>{if(await h(u&&"module: "+u,n++)){c=d.createElement(e.localName);for(let a of e.attributes)c.setAttribute(a.name,a.value);c.nonce=e.nonce;c.async=e.async;if(e.type[3]=="u")c.src=u+"?retry="+n;c.$r=[u,n];e.replaceWith(c)}},1);a("unhandledrejection",e=>h(e.reason,3));
retryImport=async u=>{for(let n=0;;)try{return await import(n?u+"?retry="+n:u)}catch(e){if(!await h(e,n++,u))throw e}}}
