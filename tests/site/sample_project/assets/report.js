document.documentElement.dataset.report = "laddad";
