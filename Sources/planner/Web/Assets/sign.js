// The code of a link stands behind "#" in its address: it is sent to no server and written into no log. It goes into the
// form's field, and out of the address.
const code = location.hash.slice(1);
const field = document.querySelector('input[name="code"]');
if (field && /^[\w-]{10,100}$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
  document.querySelector('input[name="password"]').focus();
}
