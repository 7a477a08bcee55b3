// Counts the time of a hold down, and says when it is over. The page says it in words without this file.

setInterval(() => {
  const hold = document.querySelector("[data-hold]");
  if (!hold || hold.dataset.over) {
    return;
  }
  const left = Math.max(0, Math.round((new Date(hold.dataset.ends) - Date.now()) / 1000));
  const seconds = String(left % 60).padStart(2, "0");
  hold.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${seconds}`;
  hold.querySelector("meter").value = left;
  if (left === 0) {
    hold.dataset.over = "yes";
    hold.querySelector("[data-held]").hidden = true;
    hold.querySelector("[data-over]").hidden = false;
    hold.querySelector("[data-extend]").hidden = false;
  }
}, 1000);
