-- Gives Quarto's Markdown constructs their form in HTML, typst and docx: conditional content,
-- callouts, tabsets, columns, numbered floats and references to them. Refuses Quarto's other ones.
-- The engine passes the words it puts on pages as the metadata key `embedded-labels`.

local TYPST, HTML = FORMAT == "typst", FORMAT:match("^html") ~= nil

local labels = {}
local entries = {}   -- label -> its number as shown
local tabsets = 0

-- The engine finds the line on the page by the sign.
local function problem(sign, text)
  io.stderr:write("PROBLEM\t" .. sign .. "\t" .. text .. "\n")
end

local function label(kind)
  return labels["crossref-" .. kind .. "-title"] or labels["crossref-" .. kind .. "-prefix"]
end

local function raw(text)
  return pandoc.RawInline(TYPST and "typst" or "html", text)
end

local function raw_block(text)
  return pandoc.RawBlock(TYPST and "typst" or "html", text)
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function inlines_of(markdown)
  local first = pandoc.read(markdown, "markdown").blocks[1]
  return first and first.content or pandoc.Inlines({})
end

local function float_kind(identifier)
  return identifier:match("^(fig)%-") or identifier:match("^(tbl)%-")
end

-- Conditional content ----------------------------------------------------------------------

local function is_format(name)
  return name == FORMAT or (name == "html" and HTML) or (name == "pdf" and TYPST)
end

local function conditional(element)
  local visible = element.classes:includes("content-visible")
  if not visible and not element.classes:includes("content-hidden") then return nil end
  local met = true
  local when, unless = element.attributes["when-format"], element.attributes["unless-format"]
  if when then met = met and is_format(when) end
  if unless then met = met and not is_format(unless) end
  if met == visible then return element.content, true end
  return {}, false
end

-- Floats and references ---------------------------------------------------------------------

local function is_lone_image(block)
  return (block.t == "Para" or block.t == "Plain") and #block.content == 1
    and block.content[1].t == "Image"
end

-- The caption is the last paragraph of the division, as in Quarto.
local function split_caption(div)
  local blocks = div.content
  local last = blocks[#blocks]
  if #blocks > 1 and last.t == "Para" and not is_lone_image(last) then
    blocks:remove(#blocks)
    return blocks, last.content
  end
  -- A lone image carries its caption itself.
  if #blocks == 1 and last.t == "Figure" then
    return last.content, pandoc.utils.blocks_to_inlines(last.caption.long)
  end
  problem("#" .. div.identifier, "Blocket #" .. div.identifier .. " saknar bildtext (sista stycket i blocket).")
  return blocks, pandoc.Inlines({})
end

local function float(identifier, classes, blocks, caption)
  local kind = float_kind(identifier)
  local place = kind == "tbl" and "top" or "bottom"
  if TYPST then
    local call = pandoc.Inlines({ raw("], caption: figure.caption(position: " .. place .. ", [") })
    call:extend(caption)
    call:insert(raw('], ), kind: "quarto-float-' .. kind .. '", supplement: '
      .. typst_string(label(kind)) .. ")<" .. identifier .. ">"))
    local result = pandoc.Blocks({ raw_block("#figure([") })
    result:extend(blocks)
    result:insert(pandoc.Plain(call))
    return result
  end
  local title = pandoc.Inlines({ pandoc.Str(label(kind) .. "\u{a0}" .. entries[identifier] .. ":"),
    pandoc.Space() })
  title:extend(caption)
  if not HTML then
    local style = kind == "tbl" and "Table Caption" or "Image Caption"
    local text = pandoc.Div({ pandoc.Para(title) }, { ["custom-style"] = style })
    if kind == "tbl" then blocks:insert(1, text) else blocks:insert(text) end
    return pandoc.Div(blocks, { id = identifier })
  end
  local class = "quarto-float-caption-" .. place .. " quarto-float-caption quarto-float-" .. kind
  local figcaption = pandoc.Plain({ raw('<figcaption class="' .. class .. '">') })
  figcaption.content:extend(title)
  figcaption.content:insert(raw("</figcaption>"))
  local body = pandoc.Div(blocks)
  local parts = kind == "tbl" and { figcaption, body } or { body, figcaption }
  table.insert(parts, 1, raw_block('<figure class="quarto-float quarto-float-' .. kind
    .. ' figure">'))
  table.insert(parts, raw_block("</figure>"))
  local all = pandoc.List({ "quarto-float", "quarto-figure", "quarto-figure-center" })
  all:extend(classes)
  return pandoc.Div(parts, pandoc.Attr(identifier, all))
end

-- Images keep only their alt text inside a float: the caption belongs to the float.
local function bare_images(blocks)
  return blocks:walk({
    Figure = function(figure) return figure.content end,
    Image = function(image)
      if not image.attributes["fig-alt"] and #image.caption > 0 then
        image.attributes["fig-alt"] = pandoc.utils.stringify(image.caption)
      end
      image.caption = {}
      return image
    end,
  })
end

-- A pipe table's own caption becomes the float's.
local function without_caption(tbl)
  tbl.attr = pandoc.Attr("", tbl.classes, tbl.attributes)
  tbl.caption = pandoc.Caption({})
  return tbl
end

local function count(identifier, counters)
  local kind = float_kind(identifier)
  if not kind then return end
  if entries[identifier] then
    problem("#" .. identifier, "Namnet #" .. identifier .. " används två gånger på sidan.")
  end
  counters[kind] = (counters[kind] or 0) + 1
  entries[identifier] = tostring(counters[kind])
end

-- Numbers are given in reading order before anything is rewritten.
local function number_all(blocks)
  local counters, path, top = {}, {}, 9
  blocks:walk({ Header = function(header) top = math.min(top, header.level) end })
  blocks:walk({
    traverse = "topdown",
    Div = function(div) count(div.identifier, counters) end,
    Figure = function(figure) count(figure.identifier, counters) end,
    Table = function(tbl) count(tbl.identifier, counters) end,
    Header = function(header)
      if header.classes:includes("unnumbered") then return end
      local depth = header.level - top + 1
      path[depth] = (path[depth] or 0) + 1
      for deeper = depth + 1, 9 do path[deeper] = nil end
      for above = 1, depth do path[above] = path[above] or 1 end
      entries[header.identifier] = entries[header.identifier] or table.concat(path, ".", 1, depth)
    end,
  })
end

local function reference(cite)
  local refs = pandoc.Inlines({})
  for i, citation in ipairs(cite.citations) do
    local id = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
    local kind = id:match("^(fig)%-") or id:match("^(tbl)%-") or id:match("^(sec)%-")
    if not kind then return pandoc.Inlines(cite.content) end
    if not entries[id] then
      problem("@" .. citation.id, "Hänvisningen @" .. id .. " pekar på något som inte finns på sidan.")
      return nil
    end
    if i > 1 then refs:extend({ pandoc.Str(","), pandoc.Space() }) end
    local prefix = #citation.prefix > 0 and citation.prefix or { pandoc.Str(label(kind)) }
    if citation.mode == "SuppressAuthor" then prefix = {} end
    if TYPST and kind ~= "sec" then
      refs:insert(raw("#ref(<" .. id .. ">, supplement: ["))
      refs:extend(prefix)
      refs:insert(raw("])"))
    else
      local text = pandoc.Inlines(prefix)
      if #text > 0 then text:insert(pandoc.Str("\u{a0}")) end
      text:insert(pandoc.Str(entries[id]))
      refs:insert(pandoc.Link(text, "#" .. id, "", { class = "quarto-xref" }))
    end
  end
  return refs
end

-- Callouts, tabsets, columns ----------------------------------------------------------------

-- Quarto's own colours: the shared PDF template tells the kinds apart by them.
local CALLOUTS = {
  note = { "0758E5", "dae6fb" },
  tip = { "00A047", "ccf1e3" },
  warning = { "EB9113", "fcefdc" },
  important = { "CC1914", "f7dddc" },
  caution = { "FC5300", "ffe5d0" },
}

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind and CALLOUTS[kind] then return kind end
  end
end

local function callout(div, kind)
  local blocks, title = div.content, nil
  if div.attributes.title then
    title = inlines_of(div.attributes.title)
  elseif blocks[1] and blocks[1].t == "Header" then
    title = blocks:remove(1).content
  end
  local own_title = title ~= nil
  local kind_name = labels["callout-" .. kind .. "-title"]
  title = title or pandoc.Inlines({ pandoc.Str(kind_name) })
  if TYPST then
    local colour = CALLOUTS[kind]
    local ending = pandoc.Inlines({ raw("], title: [") })
    ending:extend(title)
    ending:insert(raw(string.format('], background_color: rgb("#%s"), icon_color: rgb("#%s"), '
      .. "icon: none, body_background_color: white)", colour[2], colour[1])))
    local result = pandoc.Blocks({ raw_block("#callout(body: [") })
    result:extend(blocks)
    result:insert(pandoc.Plain(ending))
    return result
  end
  if not HTML then
    blocks:insert(1, pandoc.Para({ pandoc.Strong(title) }))
    return pandoc.BlockQuote(blocks)
  end
  local collapse = div.attributes.collapse
  local head = pandoc.Inlines({ raw('<span class="callout-icon" aria-hidden="true"></span>') })
  if own_title then
    -- Colour and sign tell the kind to the eye, this to a screen reader.
    title:insert(1, pandoc.Space())
    title:insert(1, pandoc.Span({ pandoc.Str(kind_name) },
      { class = "screen-reader-only visually-hidden" }))
  end
  head:insert(pandoc.Span(title, { class = "callout-title-container" }))
  local body = pandoc.Div(blocks, { class = "callout-body-container callout-body" })
  local class = "callout callout-style-default callout-" .. kind .. " callout-titled"
  local id = div.identifier ~= "" and ' id="' .. div.identifier .. '"' or ""
  if collapse then
    head:insert(1, raw('<summary class="callout-header">'))
    head:insert(raw("</summary>"))
    return { raw_block("<details" .. id .. ' class="' .. class .. '"'
      .. (collapse == "false" and " open" or "") .. ">"), pandoc.Plain(head), body,
      raw_block("</details>") }
  end
  local classes = pandoc.List({ "callout", "callout-style-default", "callout-" .. kind,
    "callout-titled" })
  return pandoc.Div({ pandoc.Div({ pandoc.Plain(head) }, { class = "callout-header" }), body },
    pandoc.Attr(div.identifier, classes))
end

local function tabset(div)
  local level, tabs = nil, {}
  for _, block in ipairs(div.content) do
    if block.t == "Header" and (level == nil or block.level == level) then
      level = block.level
      table.insert(tabs, { title = block.content, content = pandoc.Blocks({}) })
    elseif #tabs > 0 then
      tabs[#tabs].content:insert(block)
    end
  end
  if #tabs == 0 then problem("panel-tabset", "Ett flikblock (.panel-tabset) saknar rubriker för sina flikar.") end
  if not HTML then
    local result = pandoc.Blocks({})
    for _, tab in ipairs(tabs) do
      -- No heading: flat outlines and PDF/UA's unbroken heading levels.
      result:insert(pandoc.Para({ pandoc.Strong(tab.title) }))
      result:extend(tab.content)
    end
    return result
  end
  tabsets = tabsets + 1
  local list, panes = pandoc.Inlines({ raw('<div class="tab-list" role="tablist">') }), {}
  for i, tab in ipairs(tabs) do
    local id = "tabset-" .. tabsets .. "-" .. i
    local first = i == 1
    list:insert(raw(string.format('<button type="button" role="tab" id="%s-tab" '
      .. 'aria-controls="%s" aria-selected="%s" tabindex="%s">', id, id, tostring(first),
      first and "0" or "-1")))
    list:extend(tab.title)
    list:insert(raw("</button>"))
    tab.content:insert(1, pandoc.Div({ pandoc.Plain(tab.title) },
      { class = "tab-print-title", ["aria-hidden"] = "true" }))
    -- Pairs keep their order: a table's keys come in another one each time.
    local attributes = { { "role", "tabpanel" }, { "tabindex", "0" },
      { "aria-labelledby", id .. "-tab" } }
    if not first then table.insert(attributes, { "hidden", "" }) end
    table.insert(panes, pandoc.Div(tab.content, pandoc.Attr(id, { "tab-pane" }, attributes)))
  end
  list:insert(raw("</div>"))
  table.insert(panes, 1, pandoc.Plain(list))
  return pandoc.Div(panes, pandoc.Attr(div.identifier, { "panel-tabset" }))
end

-- A div of columns in typst is a grid with the widths of its children.
local function columns(div)
  if not TYPST then return nil end
  local widths, result = {}, pandoc.Blocks({})
  for _, column in ipairs(div.content) do
    if column.t == "Div" then
      local width = tonumber((column.attributes.width or ""):match("^([%d.]+)%%$"))
      table.insert(widths, width and (width .. "fr") or "1fr")
      result:insert(raw_block("["))
      result:extend(column.content)
      result:insert(raw_block("],"))
    end
  end
  result:insert(1, raw_block("#grid(columns: (" .. table.concat(widths, ", ")
    .. ",), column-gutter: 1.5em, row-gutter: 1em,"))
  result:insert(raw_block(")"))
  return result
end

-- Images, links, tables ---------------------------------------------------------------------

local function image(element)
  local alt = element.attributes["fig-alt"] or element.attributes.alt
    or pandoc.utils.stringify(element.caption)
  element.attributes["fig-alt"], element.attributes.alt = nil, nil
  if not TYPST then
    element.caption = { pandoc.Str(alt) }
    return element
  end
  if alt == "" then
    problem(element.src, "Bilden " .. element.src .. " saknar alternativtext (fig-alt).")
  end
  local size = ""
  for _, side in ipairs({ "width", "height" }) do
    local value = element.attributes[side]
    if value then
      local pixels = tonumber(value) or tonumber(value:match("^([%d.]+)px$"))
      size = size .. ", " .. side .. ": " .. (pixels and pixels * 0.75 .. "pt" or value)
    end
  end
  return raw("#box(image(" .. typst_string(element.src) .. ", alt: " .. typst_string(alt) .. size
    .. "))")
end

local function link(element)
  -- Other pages of the site cannot be reached from a document that travels alone.
  if HTML or element.target:match("^%a[%w+.-]*:") or element.target:sub(1, 1) == "#" then
    return element
  end
  return element.content
end

local function scrollable(tbl)
  if not HTML then return nil end
  -- Columns as wide as their text, as in Quarto; pandoc parts a table with a long line evenly.
  tbl.colspecs = pandoc.List(tbl.colspecs):map(function(spec) return { spec[1] } end)
  local name = pandoc.utils.stringify(tbl.caption.long)
  return pandoc.Div({ tbl }, pandoc.Attr("", { "table-responsive" }, { { "role", "group" },
    { "tabindex", "0" }, { "aria-label", name ~= "" and name or label("tbl") } }))
end

-- What only Quarto renders ------------------------------------------------------------------

local REFUSED = {
  ["Blocket ”.%s”"] = { "^panel%-", "^column%-body", "^column%-page", "^column%-screen",
    "^column%-margin", "^margin%-caption$", "^aside$", "^grid$", "^g%-col%-", "^callout", "^cell$",
    "^cell%-output", "^proof$", "^remark$", "^solution$", "^landscape$", "^incremental$",
    "^notes$", "^quarto%-" },
  ["Attributet ”%s”"] = { "^layout", "%-profile$", "%-meta$" },
  ["Korsreferensen ”%s”"] = { "^.thm%-", "^.lem%-", "^.cor%-", "^.prp%-", "^.cnj%-", "^.def%-",
    "^.exm%-", "^.exr%-", "^.eq%-", "^.lst%-", "^.sol%-", "^.rem%-", "^.nte%-", "^.wrn%-",
    "^.cau%-", "^.imp%-" },
  ["Råformatet ”%s”"] = { "." },
}
local RENDERED = { ["panel-tabset"] = true, html = true, typst = true, openxml = true }

local function refuse(kind, name)
  if RENDERED[name] or CALLOUTS[name:match("^callout%-(%a+)$") or ""] then return end
  for _, pattern in ipairs(REFUSED[kind]) do
    if name:match(pattern) then
      io.stderr:write("UNSUPPORTED\t" .. name .. "\t" .. kind:format(name) .. "\n")
      return
    end
  end
end

local function refuse_attributes(element)
  for _, class in ipairs(element.classes) do refuse("Blocket ”.%s”", class) end
  for name in pairs(element.attributes) do refuse("Attributet ”%s”", name) end
  refuse("Korsreferensen ”%s”", "#" .. element.identifier)
end

local function refuse_format(element) refuse("Råformatet ”%s”", element.format) end

local REFUSALS = {
  RawBlock = refuse_format,
  RawInline = refuse_format,
  Cite = function(cite)
    for _, citation in ipairs(cite.citations) do refuse("Korsreferensen ”%s”", "@" .. citation.id) end
  end,
  -- The name of a formula is text to pandoc.
  Str = function(str) refuse("Korsreferensen ”%s”", str.text:match("^{(#eq%-[%w-]+)}") or "") end,
}
for _, kind in ipairs({ "Code", "CodeBlock", "Div", "Figure", "Header", "Image", "Link", "Span",
  "Table" }) do
  REFUSALS[kind] = refuse_attributes
end

-- The filter --------------------------------------------------------------------------------

function Pandoc(doc)
  for name, word in pairs(doc.meta["embedded-labels"]) do
    labels[name] = pandoc.utils.stringify(word)
  end
  doc.meta["embedded-labels"] = nil
  doc.blocks:walk(REFUSALS)
  local blocks = doc.blocks:walk({ traverse = "topdown", Div = conditional, Span = conditional })
  number_all(blocks)
  blocks = blocks:walk({
    Div = function(div)
      if float_kind(div.identifier) then
        local content, caption = split_caption(div)
        content = bare_images(content):walk({ Table = without_caption })
        return float(div.identifier, div.classes, content, caption)
      end
      local kind = callout_kind(div)
      if kind then return callout(div, kind) end
      if div.classes:includes("panel-tabset") then return tabset(div) end
      if div.classes:includes("columns") then return columns(div) end
    end,
    Figure = function(figure)
      if float_kind(figure.identifier) then
        local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
        return float(figure.identifier, figure.classes, bare_images(figure.content), caption)
      end
    end,
    Table = function(tbl)
      if float_kind(tbl.identifier) then
        local id, caption = tbl.identifier, pandoc.utils.blocks_to_inlines(tbl.caption.long)
        return float(id, {}, pandoc.Blocks({ without_caption(tbl) }), caption)
      end
    end,
  })
  blocks = blocks:walk({ Cite = reference, Image = image, Link = link })
  doc.blocks = blocks:walk({ traverse = "topdown",
    Table = function(tbl) return scrollable(tbl), false end })
  return doc
end
