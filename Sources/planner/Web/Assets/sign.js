// The code of a link stands behind "#" in its address, and the login behind it: they are sent to no server and written
// into no log. The code goes into the form's field, the login where programs that keep passwords look for it, and both
// out of the address.
const [code, login = ""] = location.hash.slice(1).split("/");
const field = document.querySelector('input[name="code"]');
if (field && /^[\w-]{10,100}$/.test(code)) {
  field.value = code;
  document.querySelector('input[autocomplete="username"]').value = login;
  history.replaceState(null, "", location.pathname);
  document.querySelector('input[name="password"]').focus();
}
