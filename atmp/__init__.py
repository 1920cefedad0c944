"""The `atmp` program: the commands of the page's side (`ui`) and of the measuring side (`evals`) in one."""
